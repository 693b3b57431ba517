package io.kisgateway.access;

import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** Tells from where a request comes: the peer's address or, if that is a trusted proxy, the one that it says it got it from. */
public final class Proxies {

    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int MOST_HOPS = 10;

    private final List<Network> trusted = new ArrayList<>();

    /** @param bits how many of the address count */
    private record Network(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @param networks addresses, or networks like 10.0.0.0/8 */
    Proxies(List<String> networks) {
        for (String network : networks) {
            String[] parts = network.split("/", 2);
            byte[] address = bytes(parts[0]);
            boolean bitsAreFine = parts.length == 1 || parts[1].matches("[0-9]{1,3}");
            int bits = address == null || !bitsAreFine ? -1 : parts.length == 1 ? address.length * 8 : Integer.parseInt(parts[1]);
            if (bits < 0 || bits > address.length * 8) {
                throw InvalidSetting.of(Setting.TRUSTED_PROXIES.name(), network, "addresses or networks like 10.0.0.0/8, with commas");
            }
            trusted.add(new Network(address, bits));
        }
    }

    /** Null for what is no address; a name is never looked up. */
    private static byte[] bytes(String literal) {
        InetAddress address = LITERAL.matcher(literal).matches() ? NetUtil.createInetAddressFromIpAddressString(literal) : null;
        return address == null ? null : address.getAddress();
    }

    /** Whether an address is one of theirs. */
    boolean isTrusted(String address) {
        byte[] bytes = bytes(address);
        return bytes != null && isTrusted(bytes);
    }

    private boolean isTrusted(byte[] address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
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
        byte[] known = bytes(peer);
        if (known == null || !isTrusted(known)) {
            return peer;
        }
        List<String> hops = new ArrayList<>();
        forwarded.forEach(header -> hops.addAll(Arrays.asList(header.split(","))));
        Collections.reverse(hops);
        String nearest = peer;
        for (String hop : hops.subList(0, Math.min(hops.size(), MOST_HOPS))) {
            byte[] next = bytes(hop.strip());
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
