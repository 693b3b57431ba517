package io.kisgateway.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/**
 * Where Redis is and how to get in. Shown without user and password.
 */
public final class RedisAddress {

    /** For commands of everyone; whoever must not wait so long keeps time by themselves. */
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final int RECONNECT_MILLIS = 200;
    private static final int POOL = 16;

    private static final String FORMS = "may be 'memory://', 'redis://[user:password@]host[:port][/db]', "
            + "'redis-sentinel://[user:password@]host:port,host:port/master[/db]' or "
            + "'redis-cluster://[user:password@]host:port,host:port', with 'rediss' for TLS";
    private static final Pattern URL = Pattern.compile("(redis|rediss)(-sentinel|-cluster)?://(?:([^@]*)@)?([^/@?#]+)(?:/([^?#]*))?");
    private static final Pattern HOST = Pattern.compile("((?:[A-Za-z0-9._-]+)|(?:\\[[0-9A-Fa-f:.]+]))(?::([0-9]{1,5}))?");

    private enum Kind { SINGLE, SENTINEL, CLUSTER }

    private final Kind kind;
    private final boolean tls;
    private final String user;
    private final String password;
    private final List<String> hosts;
    private final String master;
    private final int database;
    /** Whom to trust; null for those whom Java trusts. */
    private final TrustManagerFactory authorities;
    private final Duration leastPatience;

    private RedisAddress(Kind kind, boolean tls, String user, String password, List<String> hosts, String master, int database,
            TrustManagerFactory authorities, Duration leastPatience) {
        this.kind = kind;
        this.tls = tls;
        this.user = user;
        this.password = password;
        this.hosts = hosts;
        this.master = master;
        this.database = database;
        this.authorities = authorities;
        this.leastPatience = leastPatience;
    }

    /**
     * The same, believing only servers whose certificate these authorities vouch for.
     *
     * @param pemFile with one or several certificates
     * @throws IllegalArgumentException if there is no TLS, or the file cannot be used; the message completes "REDIS_CA_FILE …"
     */
    public RedisAddress trusting(Path pemFile) {
        if (!tls) {
            throw new IllegalArgumentException("is of no use without TLS: REDIS_URL does not begin with 'rediss'");
        }
        return new RedisAddress(kind, true, user, password, hosts, master, database, CaFile.read(pemFile), leastPatience);
    }

    /** Nobody who asks this Redis gives up sooner: for a machine that is too busy to say that Redis is away. */
    public RedisAddress waitingFor(Duration least) {
        return new RedisAddress(kind, tls, user, password, hosts, master, database, authorities, least);
    }

    /** How long to wait for one who would wait so long. */
    Duration patience(Duration wanted) {
        return wanted.compareTo(leastPatience) < 0 ? leastPatience : wanted;
    }

    /**
     * Reads an address; user and password may hold percent escapes, and a password may stand alone before the {@code @}.
     *
     * @throws IllegalArgumentException with what may be held, never with what is held, as that may be a secret
     */
    public static RedisAddress parse(String text) {
        Matcher url = URL.matcher(text.strip());
        if (!url.matches()) {
            throw wrong("is no Redis address");
        }
        Kind kind = url.group(2) == null ? Kind.SINGLE : url.group(2).equals("-sentinel") ? Kind.SENTINEL : Kind.CLUSTER;
        boolean tls = url.group(1).equals("rediss");
        String user = null;
        String password = null;
        if (url.group(3) != null && !url.group(3).isEmpty()) {
            String[] parts = url.group(3).split(":", 2);
            password = decode(parts.length == 2 ? parts[1] : parts[0]);
            user = parts.length == 2 && !parts[0].isEmpty() ? decode(parts[0]) : null;
        }
        List<String> hosts = new ArrayList<>();
        for (String part : url.group(4).split(",", -1)) {
            Matcher host = HOST.matcher(part.strip());
            if (!host.matches()) {
                throw wrong("names a host that is none");
            }
            int port = host.group(2) == null ? kind == Kind.SENTINEL ? 26379 : 6379 : Integer.parseInt(host.group(2));
            if (port < 1 || port > 65535) {
                throw wrong("names a port that is none");
            }
            hosts.add(host.group(1) + ":" + port);
        }
        if (kind == Kind.SINGLE && hosts.size() > 1) {
            throw wrong("names several hosts but neither Sentinel nor Cluster");
        }
        String path = Objects.requireNonNullElse(url.group(5), "");
        String master = null;
        if (kind == Kind.SENTINEL) {
            String[] parts = path.split("/", 2);
            master = parts[0];
            if (!master.matches("[A-Za-z0-9._-]+")) {
                throw wrong("names no master for Sentinel");
            }
            path = parts.length == 2 ? parts[1] : "";
        } else if (kind == Kind.CLUSTER && !path.isEmpty()) {
            throw wrong("has a path, but a Cluster has no databases");
        }
        if (!path.matches("[0-9]{0,4}")) {
            throw wrong("has a database that is no number");
        }
        return new RedisAddress(kind, tls, user, password, List.copyOf(hosts), master, path.isEmpty() ? 0 : Integer.parseInt(path),
                null, Duration.ZERO);
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + "; it " + FORMS);
    }

    private static String decode(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong("has a wrong percent escape before the '@'");
        }
    }

    Config config() {
        Config config = new Config();
        String[] urls = hosts.stream().map(host -> (tls ? "rediss://" : "redis://") + host).toArray(String[]::new);
        switch (kind) {
            case SINGLE -> common(config.useSingleServer().setAddress(urls[0]).setDatabase(database)
                    .setConnectionPoolSize(POOL).setConnectionMinimumIdleSize(1)
                    .setSubscriptionConnectionPoolSize(2).setSubscriptionConnectionMinimumIdleSize(0));
            case SENTINEL -> masters(config.useSentinelServers().addSentinelAddress(urls).setMasterName(master)
                    .setDatabase(database).setScanInterval(500).setCheckSentinelsList(false));
            default -> masters(config.useClusterServers().addNodeAddress(urls).setScanInterval(500));
        }
        return config;
    }

    /** Everything is read where it is written: a replica may not know yet what was decided. */
    private void masters(BaseMasterSlaveServersConfig<?> servers) {
        servers.setReadMode(ReadMode.MASTER).setSubscriptionMode(SubscriptionMode.MASTER)
                .setMasterConnectionPoolSize(POOL).setMasterConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(2).setSubscriptionConnectionMinimumIdleSize(0);
        common(servers);
    }

    private void common(BaseConfig<?> servers) {
        servers.setUsername(user).setPassword(password).setClientName("kis-gateway").setSslTrustManagerFactory(authorities)
                .setTimeout((int) patience(COMMAND_TIMEOUT).toMillis())
                .setConnectTimeout((int) patience(CONNECT_TIMEOUT).toMillis())
                // A decision that may have been taken must not be taken twice.
                .setRetryAttempts(0)
                .setReconnectionDelay(new ConstantDelay(Duration.ofMillis(RECONNECT_MILLIS)))
                .setPingConnectionInterval(5000).setKeepAlive(true).setTcpNoDelay(true);
    }

    @Override
    public String toString() {
        return (tls ? "rediss" : "redis") + (kind == Kind.SENTINEL ? "-sentinel" : kind == Kind.CLUSTER ? "-cluster" : "")
                + "://" + String.join(",", hosts) + (master == null ? "" : "/" + master) + (database == 0 ? "" : "/" + database);
    }
}
