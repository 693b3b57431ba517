package io.kisgateway.access;

import io.kisgateway.call.Client;
import io.kisgateway.call.OrderBounds;
import io.kisgateway.call.Scope;
import io.kisgateway.runtime.YamlNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads CLIENTS_FILE, and says of every wrong line what is wrong with it. Used once. */
final class ClientsFile {

    private static final int MOST_CLIENTS = 200;
    private static final int DEFAULT_SHARE = 50;
    private static final int LARGEST = 1 << 20;
    private static final Pattern STOCK = Pattern.compile("[0-9A-Z]{6}|Q[0-9]{6}");
    private static final Pattern RATE = Pattern.compile("[1-9][0-9]{0,5}\\s*(?:/|per)\\s*(?:second|minute|hour|day)");
    private static final Set<String> MEMBERS =
            new TreeSet<>(Set.of("name", "keys", "identity", "may", "stocks", "max_quantity", "max_value",
                    "max_value_per_day", "limit", "share"));
    private static final Set<String> IDENTITY = new TreeSet<>(Set.of("issuer", "audience", "subject", "email"));

    private final String file;
    private final Set<String> issuers;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Client> byName = new LinkedHashMap<>();
    private final Map<String, Clients.KeyOf> byKey = new HashMap<>();
    private final List<Clients.TokenOf> byToken = new ArrayList<>();

    private ClientsFile(String file, Set<String> issuers) {
        this.file = file;
        this.issuers = issuers;
    }

    /**
     * @param issuers whose tokens the gateway takes
     * @throws InvalidClients if anything is wrong with it
     */
    static Clients read(Path path, Set<String> issuers) throws InvalidClients {
        return new ClientsFile(path.toString(), issuers).read(path);
    }

    private Clients read(Path path) throws InvalidClients {
        try {
            if (Files.size(path) > LARGEST) {
                throw new InvalidClients(List.of(file + ":1: is larger than 1 MiB"));
            }
            YamlNode root = YamlNode.parse(Files.readString(path)).orElse(null);
            YamlNode clients = root == null ? null : root.member("clients").orElse(null);
            if (clients == null || !clients.isList() || root.members().size() != 1) {
                problem(root == null ? 1 : root.line(), "the file has one member, clients: a list, each beginning with - name:");
            } else {
                clients.items().forEach(this::client);
                if (byName.size() > MOST_CLIENTS) {
                    problem(clients.line(), "there are more than " + MOST_CLIENTS + " clients");
                }
            }
        } catch (YamlNode.Malformed e) {
            problem(e.line(), e.getMessage());
        } catch (NoSuchFileException e) {
            problem(1, "there is no such file");
        } catch (MalformedInputException e) {
            problem(1, "not UTF-8: save the file with that encoding");
        } catch (IOException e) {
            problem(1, "cannot be read: " + e.getMessage());
        }
        if (!problems.isEmpty()) {
            throw new InvalidClients(problems);
        }
        return new Clients(byName, Map.copyOf(byKey), List.copyOf(byToken));
    }

    private void problem(int line, String reason) {
        problems.add(file + ":" + line + ": " + reason);
    }

    private void client(YamlNode node) {
        if (!known(node, MEMBERS)) {
            return;
        }
        String name = node.text("name");
        if (name == null || !Client.NAME.matcher(name).matches()) {
            problem(lineOf(node, "name"), "name must be 1 to 40 lower case letters, digits and hyphens, and not none");
            return;
        }
        if (byName.containsKey(name)) {
            problem(lineOf(node, "name"), "there is a client " + name + " already");
            return;
        }
        Client client = new Client(name, scopes(node), bounds(node), rate(node), share(node));
        byName.put(name, client);
        node.member("keys").ifPresent(keys -> keys(keys, client));
        node.member("identity").ifPresent(identity -> identities(identity, client));
        if (node.member("keys").isEmpty() && node.member("identity").isEmpty()) {
            problem(node.line(), "client " + name + " has neither keys nor identity, so that nobody can be it");
        }
    }

    private boolean known(YamlNode node, Set<String> members) {
        if (!node.isMap()) {
            problem(node.line(), "this must be a map of " + String.join(", ", members));
            return false;
        }
        node.members().forEach((name, value) -> {
            if (!members.contains(name)) {
                problem(value.line(), name + " is not known here; there are: " + String.join(", ", members));
            }
        });
        return true;
    }

    private static int lineOf(YamlNode node, String member) {
        return node.member(member).map(YamlNode::line).orElse(node.line());
    }

    private Set<Scope> scopes(YamlNode node) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        YamlNode may = node.member("may").orElse(null);
        if (may == null || !may.isList() || may.items().isEmpty()) {
            problem(lineOf(node, "may"), "may must list scopes: " + Scope.all());
            return scopes;
        }
        for (YamlNode item : may.items()) {
            Scope.of(String.valueOf(item.text())).ifPresentOrElse(scopes::add,
                    () -> problem(item.line(), item.text() + " is no scope; there are: " + Scope.all()));
        }
        return scopes;
    }

    private OrderBounds bounds(YamlNode node) {
        Set<String> stocks = new HashSet<>();
        node.member("stocks").ifPresent(list -> {
            if (!list.isList() || list.items().isEmpty()) {
                problem(list.line(), "stocks must list codes, like [\"005930\"]; without the line all may be traded");
            }
            for (YamlNode item : list.items()) {
                if (item.text() == null || !STOCK.matcher(item.text()).matches()) {
                    problem(item.line(), item.text() + " is no stock code, like \"005930\"");
                } else {
                    stocks.add(item.text());
                }
            }
        });
        return new OrderBounds(stocks, most(node, "max_quantity", 999_999_999), most(node, "max_value", 1_000_000_000_000_000L),
                most(node, "max_value_per_day", 1_000_000_000_000_000L));
    }

    private long most(YamlNode node, String name, long largest) {
        YamlNode member = node.member(name).orElse(null);
        if (member == null) {
            return Long.MAX_VALUE;
        }
        String digits = member.text() == null ? "" : member.text().replace("_", "");
        if (digits.matches("[0-9]{1,16}") && Long.parseLong(digits) >= 1 && Long.parseLong(digits) <= largest) {
            return Long.parseLong(digits);
        }
        problem(member.line(), name + " must be a whole number from 1 to " + largest);
        return 0;
    }

    private String rate(YamlNode node) {
        YamlNode limit = node.member("limit").orElse(null);
        if (limit == null) {
            return null;
        }
        if (limit.text() == null || !RATE.matcher(limit.text()).matches()) {
            problem(limit.line(), "limit must be one limit like 2/second or 100 per hour");
            return null;
        }
        return limit.text();
    }

    private int share(YamlNode node) {
        YamlNode share = node.member("share").orElse(null);
        if (share == null) {
            return DEFAULT_SHARE;
        }
        if (share.text() != null && share.text().matches("([1-9][0-9]?|100)%")) {
            return Integer.parseInt(share.text().substring(0, share.text().length() - 1));
        }
        problem(share.line(), "share must be a part of an endpoint's queue from 1% to 100%");
        return DEFAULT_SHARE;
    }

    private void keys(YamlNode keys, Client client) {
        if (!keys.isList()) {
            problem(keys.line(), "keys must be a list of " + ApiKey.FORM);
            return;
        }
        for (YamlNode item : keys.items()) {
            ApiKey key = item.text() == null ? null : ApiKey.parse(item.text());
            if (key == null) {
                // What stands here may be a key in clear: it is not shown.
                problem(item.line(),
                        "a key is written as " + ApiKey.FORM + "; java -jar kis-gateway.jar key " + client.name() + " makes one");
            } else if (byKey.put(key.sha256(), new Clients.KeyOf(client, key)) != null) {
                problem(item.line(), "this key is there already");
            }
        }
    }

    private void identities(YamlNode node, Client client) {
        for (YamlNode one : node.isList() ? node.items() : List.of(node)) {
            if (!known(one, IDENTITY)) {
                continue;
            }
            String issuer = one.text("issuer");
            if (one.text("subject") == null && one.text("email") == null) {
                problem(one.line(), "identity needs a subject or an email: else all whom the issuer knows are this client");
            } else if (issuer == null && issuers.size() != 1) {
                problem(one.line(), "identity needs an issuer, one of AUTH_ISSUERS: "
                        + (issuers.isEmpty() ? "none is set" : String.join(", ", issuers)));
            } else if (issuer != null && !issuers.contains(issuer)) {
                problem(lineOf(one, "issuer"), "issuer " + issuer + " is not in AUTH_ISSUERS");
            } else {
                byToken.add(new Clients.TokenOf(client,
                        new Identity.Pattern(issuer, one.text("audience"), one.text("subject"), one.text("email"))));
            }
        }
    }
}
