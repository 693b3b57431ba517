package io.kisgateway.access;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** Tells from where a request comes: the peer's address or, if that is a trusted proxy, the one that it says it got it from. */
public final class Proxies {

    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int MOST_HOPS = 10;

    private final List<IpSubnetFilterRule> trusted = new ArrayList<>();

    /** @param networks addresses, or networks like 10.0.0.0/8 */
    Proxies(List<String> networks) {
        for (String network : networks) {
            String[] parts = network.split("/", 2);
            InetAddress address = address(parts[0]);
            boolean bitsAreFine = parts.length == 1 || parts[1].matches("[0-9]{1,3}");
            int most = address instanceof Inet4Address ? 32 : 128;
            int bits = address == null || !bitsAreFine ? -1 : parts.length == 1 ? most : Integer.parseInt(parts[1]);
            if (bits < 0 || bits > most) {
                throw InvalidSetting.of(Setting.TRUSTED_PROXIES.name(), network, "addresses or networks like 10.0.0.0/8, with commas");
            }
            trusted.add(new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT));
        }
    }

    /** Null for what is no address; a name is never looked up. */
    private static InetAddress address(String literal) {
        return LITERAL.matcher(literal).matches() ? NetUtil.createInetAddressFromIpAddressString(literal) : null;
    }

    /** Whether an address is one of theirs. */
    boolean isTrusted(String address) {
        InetAddress known = address(address);
        return known != null && isTrusted(known);
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.matches(new InetSocketAddress(address, 0)));
    }

    /** From where it comes, as far as can be believed. */
    public String address(HttpServerRequest request) {
        return address(request.remoteAddress(), request.headers());
    }

    String address(SocketAddress remote, MultiMap headers) {
        String peer = remote == null ? "unknown" : remote.hostAddress();
        return trusted.isEmpty() ? peer : nearest(peer, headers.getAll("X-Forwarded-For"));
    }

    /** @param forwarded the headers, each of which may list several */
    String nearest(String peer, List<String> forwarded) {
        InetAddress known = address(peer);
        if (known == null || !isTrusted(known)) {
            return peer;
        }
        List<String> hops = new ArrayList<>();
        forwarded.forEach(header -> hops.addAll(Arrays.asList(header.split(","))));
        Collections.reverse(hops);
        String nearest = peer;
        for (String hop : hops.subList(0, Math.min(hops.size(), MOST_HOPS))) {
            InetAddress next = address(hop.strip());
            if (next == null) {
                return nearest;
            }
            nearest = hop.strip();
            if (!isTrusted(next)) {
                return nearest;
            }
        }
        return nearest;
    }
}
