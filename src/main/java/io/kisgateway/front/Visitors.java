package io.kisgateway.front;

import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.Client;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.RawRequest;
import io.kisgateway.call.Scope;
import io.kisgateway.call.Standing;
import io.kisgateway.call.StreamClient;
import io.kisgateway.runtime.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who a client of KIS is to this gateway: by the app key and secret that it sends with every call. */
final class Visitors {

    /** What may be seen in logs: an app key of KIS itself is longer. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,32}");
    private static final String BEARER = "Bearer ";
    private static final int KEY_BYTES = 32;

    private final KisPairs pairs;
    private final boolean restricted;
    private final FrontSettings settings;
    private final FrontKeys keys;
    private volatile Approvals approvals = new Approvals(Set.of(), Map.of());

    /** Which key's hash each approval key is of. Made once: anybody may ask, and as often as it likes. */
    private record Approvals(Set<String> of, Map<String, String> hashes) {}

    /** @param restricted whether only those with a pair of {@code pairs} may call */
    Visitors(KisPairs pairs, boolean restricted, FrontSettings settings, FrontKeys keys) {
        this.pairs = pairs;
        this.restricted = restricted;
        this.settings = settings;
        this.keys = keys;
    }

    /**
     * The call is this client's from now on.
     *
     * @param wrongSecret what is said of one
     * @throws Problem if it may not call
     */
    void enter(Call call, String appKey, String secret, KisSays wrongSecret) {
        if (appKey.isEmpty()) {
            throw Refusals.of(call, KisSays.NO_APP_KEY);
        }
        if (!restricted) {
            if (secret.isEmpty()) {
                throw Refusals.of(call, KisSays.NO_APP_SECRET);
            }
            name(call, NAME.matcher(appKey).matches() ? appKey : shown(appKey), null);
            return;
        }
        boolean virtual = settings.virtual();
        if (KisPair.isOne(appKey, !virtual)) {
            throw Refusals.of(call, virtual ? KisSays.REAL_AT_VIRTUAL : KisSays.VIRTUAL_AT_REAL);
        }
        boolean pair = KisPair.isOne(appKey, virtual);
        if (appKey.equals(settings.appKey())) {
            // The gateway's own pair, if the file says whose it is.
            name(call, ownPair(secret).orElseThrow(() -> wrong(call, KisSays.WRONG_APP_KEY)), secret);
            return;
        }
        if (!pair && pairs.named().apply(appKey).isEmpty()) {
            throw wrong(call, KisSays.WRONG_APP_KEY);
        }
        if (secret.isEmpty()) {
            throw Refusals.of(call, KisSays.NO_APP_SECRET);
        }
        // A secret is looked for by its hash, so that no time tells how much of it is right.
        Client client = pairs.keyOwner().apply(secret)
                .filter(owner -> pair ? appKey.equals(KisPair.appKey(secret, virtual)) : owner.name().equals(appKey))
                .orElseThrow(() -> wrong(call, wrongSecret));
        name(call, client, secret);
    }

    private Optional<Client> ownPair(String secret) {
        return pairs.keyOwner().apply(secret).filter(owner -> isSame(secret, settings.appSecret()));
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(String key) {
        return "kis-" + Sha256.hex(key, 4);
    }

    /** What a client shows on a stream in place of its pair. @param secret of a pair that was right */
    String approvalKey(String secret) {
        return keys.approvalKey(Sha256.hex(secret, KEY_BYTES));
    }

    /** Whose it is; where anybody may call, anybody's. */
    Optional<StreamClient> approved(String approvalKey) {
        if (!restricted) {
            return approvalKey.isBlank() ? Optional.empty() : Optional.of(new StreamClient(shown(approvalKey), null));
        }
        Set<String> all = pairs.hashes().get();
        Approvals known = approvals;
        if (!known.of.equals(all)) {
            known = new Approvals(all, all.stream().collect(Collectors.toMap(keys::approvalKey, Function.identity())));
            approvals = known;
        }
        return Optional.ofNullable(known.hashes.get(approvalKey)).flatMap(pairs.hashOwner())
                .map(client -> new StreamClient(client.name(), client));
    }

    private void name(Call call, Client client, String secret) {
        name(call, client.name(), client);
        String hash = Sha256.hex(secret, KEY_BYTES);
        call.attribute(Standing.class, () -> pairs.hashOwner().apply(hash));
    }

    private Problem wrong(Call call, KisSays says) {
        Caller caller = call.attribute(Caller.class);
        Duration wait = caller == null ? Duration.ZERO : pairs.wrong().apply(caller.address());
        return wait.isZero() ? Refusals.of(call, says)
                : Problem.of(ProblemCode.RATE_LIMITED, "Too many wrong pairs from this address").retryAfter(wait);
    }

    private static void name(Call call, String name, Client client) {
        Caller caller = call.attribute(Caller.class);
        if (caller != null) {
            call.attribute(Caller.class, new Caller(caller.address(), name, caller.traceparent()));
        }
        call.caller(name);
        call.client(client);
    }

    /** Of every operation: its token is not looked at, since a client may have one of KIS's own. */
    void enter(Call call, RawRequest request) {
        enter(call, request.header("appkey"), request.header("appsecret"), KisSays.WRONG_SECRET);
        String authorization = request.header("authorization");
        if (authorization.isEmpty()) {
            throw Refusals.of(call, KisSays.NO_TOKEN);
        }
        if (!authorization.startsWith(BEARER)) {
            throw Refusals.of(call, KisSays.NO_BEARER);
        }
    }

    /** @throws Problem if the client lacks one of these */
    static void require(Call call, Scope... scopes) {
        for (Scope scope : scopes) {
            if (call.client() != null && !call.client().may(scope)) {
                throw Refusals.of(call, KisSays.NOT_ALLOWED);
            }
        }
    }
}
