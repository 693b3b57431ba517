package io.kisgateway.access;

import io.kisgateway.access.IdentityTokens.Refused;
import io.kisgateway.access.IdentityTokens.Unavailable;
import io.kisgateway.access.Refusals.Reason;
import io.kisgateway.call.Client;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Standing;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who asks, and whether they may. A key is looked up at once; a token that has not been seen lately is verified on
 * another thread, and the request's body is left unread meanwhile.
 */
public final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Pattern BEARER = Pattern.compile("Bearer +([A-Za-z0-9._~+/=-]{1,8192})", Pattern.CASE_INSENSITIVE);
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,8192}");
    private static final String CHALLENGE = "Bearer realm=\"kis-gateway\"";
    private static final Duration ISSUER_PAUSE = Duration.ofSeconds(5);
    /** Of one address, at once: nobody's made-up tokens shut out the others'. */
    private static final int MOST_UNVERIFIED = 50;

    private final Supplier<Clients> clients;
    private final IdentityTokens tokens;
    private final Executor verifiers;
    private final WrongKeys wrong;
    private final Refusals refusals;
    private final Clock clock;
    private final Map<String, Integer> unverified = new ConcurrentHashMap<>();

    /**
     * @param clients   null where anybody may call
     * @param tokens    null if none are taken
     * @param verifiers verify tokens, and may block for seconds; reject when too many wait
     */
    Admission(Supplier<Clients> clients, IdentityTokens tokens, Executor verifiers, WrongKeys wrong, Refusals refusals, Clock clock) {
        this.clients = clients;
        this.tokens = tokens;
        this.verifiers = verifiers;
        this.wrong = wrong;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** Whether anybody may call. */
    public boolean isOpen() {
        return clients == null;
    }

    /**
     * Who has been let in; both are null where anybody may call.
     *
     * @param standing tells what has become of it since
     */
    public record Admitted(Client client, Standing standing) {

        private static final Admitted ANYBODY = new Admitted(null, null);
    }

    private record Asking(HttpServerRequest request, String address, Need need, Consumer<Admitted> admitted,
            BiConsumer<Client, Problem> refused) {}

    /**
     * Calls one of the two, here or later, on the request's event loop.
     *
     * @param address  from where the request comes
     * @param admitted gets who it is
     * @param refused  gets the client, or null if it is not known which one it is, and what it is told
     */
    public void admit(HttpServerRequest request, String address, Need need, Consumer<Admitted> admitted,
            BiConsumer<Client, Problem> refused) {
        if (isOpen() || need.anyOf().isEmpty()) {
            admitted.accept(Admitted.ANYBODY);
            return;
        }
        Asking asking = new Asking(request, address, need, admitted, refused);
        List<String> keys = request.headers().getAll("X-API-Key");
        List<String> authorizations = request.headers().getAll("Authorization");
        if (keys.isEmpty() && authorizations.isEmpty()) {
            refusals.add(null, Reason.NO_KEY);
            unauthenticated(asking, CHALLENGE, "This gateway wants a key: send Authorization: Bearer or X-API-Key", Duration.ZERO);
            return;
        }
        // A platform in front may want Authorization for a token of its own.
        String credential =
                keys.isEmpty() ? bearer(authorizations) : keys.size() == 1 && VISIBLE.matcher(keys.get(0)).matches() ? keys.get(0) : null;
        if (credential == null) {
            wrong(asking, Reason.WRONG_KEY, "The key or token cannot be read; send one Authorization: Bearer, or one X-API-Key");
        } else if (!IdentityTokens.isToken(credential)) {
            key(asking, credential);
        } else if (tokens == null) {
            wrong(asking, Reason.WRONG_TOKEN, "This gateway takes no identity tokens; send a key");
        } else {
            token(asking, credential);
        }
    }

    private static String bearer(List<String> headers) {
        Matcher matcher = headers.size() == 1 ? BEARER.matcher(headers.get(0).strip()) : null;
        return matcher != null && matcher.matches() ? matcher.group(1) : null;
    }

    private void key(Asking asking, String key) {
        Optional<Clients.KeyOf> found = clients.get().ofKey(key);
        if (found.isEmpty()) {
            wrong(asking, Reason.WRONG_KEY, "This gateway does not know the key");
        } else if (!found.get().key().isValid(clock.instant())) {
            wrong(asking, Reason.EXPIRED_KEY, "The key is not valid at this time");
        } else {
            String hash = found.get().key().sha256();
            allow(asking, found.get().client(), () -> clients.get().owner(hash, clock.instant()));
        }
    }

    private void token(Asking asking, String token) {
        Identity identity = tokens.remembered(token);
        if (identity != null) {
            identified(asking, identity);
            return;
        }
        if (unverified.merge(asking.address, 1, Integer::sum) > MOST_UNVERIFIED) {
            leave(asking.address);
            unauthenticated(asking, CHALLENGE, "Too many new tokens at once from this address", Duration.ofSeconds(1));
            return;
        }
        boolean unread = !asking.request.isEnded() && !PortGuard.isUpgrade(asking.request);
        if (unread) {
            asking.request.pause();
        }
        Context context = ((HttpServerRequestInternal) asking.request).context();
        Consumer<Runnable> goOn = next -> context.runOnContext(ignored -> {
            leave(asking.address);
            if (unread) {
                asking.request.resume();
            }
            next.run();
        });
        try {
            verifiers.execute(() -> goOn.accept(verified(asking, token)));
        } catch (RejectedExecutionException e) {
            goOn.accept(() -> asking.refused.accept(null, unavailable()));
        }
    }

    private void leave(String address) {
        unverified.computeIfPresent(address, (key, n) -> n == 1 ? null : n - 1);
    }

    /** What follows from a token. */
    private Runnable verified(Asking asking, String token) {
        try {
            Identity identity = tokens.verify(token);
            return () -> identified(asking, identity);
        } catch (Refused e) {
            return () -> wrong(asking, Reason.WRONG_TOKEN, e.getMessage());
        } catch (Unavailable e) {
            LOG.warn("An identity token cannot be checked: {}", e.getMessage());
            return () -> asking.refused.accept(null, unavailable());
        } catch (RuntimeException e) {
            LOG.error("An identity token could not be checked", e);
            return () -> asking.refused.accept(null, unavailable());
        }
    }

    private static Problem unavailable() {
        return Problem.of(ProblemCode.IDENTITY_UNAVAILABLE, "The issuer of identity tokens could not be asked for its keys")
                .retryAfter(ISSUER_PAUSE);
    }

    private void identified(Asking asking, Identity identity) {
        Optional<Client> client = clients.get().of(identity);
        if (client.isPresent()) {
            allow(asking, client.get(), () -> clock.instant().isBefore(identity.until()) ? clients.get().of(identity) : Optional.empty());
            return;
        }
        refusals.add(null, Reason.UNKNOWN_IDENTITY);
        asking.refused.accept(null, Problem.of(ProblemCode.FORBIDDEN, "The token is valid, but no client of this gateway has the subject "
                + identity.subject() + (identity.email() == null ? "" : " or the e-mail " + identity.email())));
    }

    private void allow(Asking asking, Client client, Standing standing) {
        if (asking.need.anyOf().stream().anyMatch(client::may)) {
            asking.admitted.accept(new Admitted(client, standing));
            return;
        }
        refusals.add(client.name(), Reason.SCOPE);
        asking.request.response().putHeader("WWW-Authenticate", CHALLENGE + ", error=\"insufficient_scope\"");
        asking.refused.accept(client, Problem.of(ProblemCode.FORBIDDEN, "The client " + client.name() + " lacks the scope " + asking.need));
    }

    private void wrong(Asking asking, Reason reason, String detail) {
        Duration wait = wrong(asking.address, reason);
        unauthenticated(asking, CHALLENGE + ", error=\"invalid_token\"", wait.isZero() ? detail : "Too many wrong keys from this address",
                wait);
    }

    /** Counts it. @return how long the address must wait before the next one; zero while it has not tried too often */
    Duration wrong(String address, Reason reason) {
        Duration wait = wrong.add(address);
        refusals.add(null, wait.isZero() ? reason : Reason.SLOWED_DOWN);
        return wait;
    }

    private static void unauthenticated(Asking asking, String challenge, String detail, Duration wait) {
        asking.request.response().putHeader("WWW-Authenticate", challenge);
        asking.refused.accept(null, wait.isZero() ? Problem.of(ProblemCode.UNAUTHENTICATED, detail)
                : Problem.of(ProblemCode.RATE_LIMITED, detail).retryAfter(wait));
    }
}
