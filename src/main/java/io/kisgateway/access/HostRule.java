package io.kisgateway.access;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * To which {@code Host} the gateway answers. A web page reaches it past the browser's rules only under a name whose DNS
 * records its author owns, so any address will do, and any name that cannot be had in public DNS; others must be listed.
 */
final class HostRule {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
    /** Names that only a cluster, a local network or Google can give. */
    private static final List<String> PRIVATE = List.of(".svc", ".cluster.local", ".internal", ".local", ".run.app");

    private final Set<String> own = new TreeSet<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<String> endings = new TreeSet<>();
    /** The last that was asked for and is answered to: as a rule there is one. */
    private volatile String answered = "";

    /**
     * @param own    where the gateway listens
     * @param listed further names; {@code *.example.com} stands for all below it
     */
    HostRule(Collection<String> own, Collection<String> listed) {
        own.forEach(name -> this.own.add(name.toLowerCase(Locale.ROOT)));
        for (String name : listed) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("*.")) {
                endings.add(lower.substring(1));
            } else {
                names.add(lower);
            }
        }
    }

    /** The name or address in a {@code Host} header, in lower case and without its port; null if it is none. */
    static String name(String header) {
        var matcher = HOST.matcher(header);
        if (!matcher.matches()) {
            return null;
        }
        String name = matcher.group(1).toLowerCase(Locale.ROOT);
        return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** @param name as {@link #name} gives it */
    boolean answersTo(String name) {
        if (name.equals(answered)) {
            return true;
        }
        boolean answers = name.startsWith("[") || IPV4.matcher(name).matches() || name.indexOf('.') < 0
                || PRIVATE.stream().anyMatch(ending -> endsBelow(name, ending)) || own.contains(name) || isListed(name);
        answered = answers ? name : answered;
        return answers;
    }

    /** Whether an operator has named it. */
    boolean isListed(String name) {
        return names.contains(name) || endings.stream().anyMatch(ending -> endsBelow(name, ending));
    }

    private static boolean endsBelow(String name, String ending) {
        return name.length() > ending.length() && name.endsWith(ending);
    }
}
