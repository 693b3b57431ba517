package io.kisgateway.order;

import io.kisgateway.call.Call;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.WaitPolicy;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.StoredReply;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.runtime.Stages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that of all requests with one Idempotency-Key only one goes on. The others wait for its outcome, as long as
 * their patience lasts, and get its reply.
 */
final class KeyClaims {

    static final String REPLAYED = "Idempotent-Replayed";

    private static final Logger LOG = LoggerFactory.getLogger(KeyClaims.class);
    private static final Duration FIRST_LOOK = Duration.ofMillis(20);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(250);
    private static final int MOST_CLAIMS = 20;

    private final OrderLifecycle orders;
    private final UntoldOrders untold;
    private final ClientBounds clients;
    private final boolean required;
    private final WaitPolicy patience;

    /** @param arrivals where it is noticed that callers hang up */
    KeyClaims(OrderLifecycle orders, Executor arrivals, ClientBounds clients, boolean required, WaitPolicy patience) {
        this.orders = orders;
        this.untold = new UntoldOrders(orders, arrivals);
        this.clients = clients;
        this.required = required;
        this.patience = patience;
    }

    /** The order that goes on; empty if the exchange has another request's reply now. */
    CompletionStage<Optional<OrderRun>> claim(Exchange exchange, Terms terms) {
        Call call = Call.of(exchange);
        String header = call.idempotencyKey();
        if (header == null && required) {
            throw Problem.invalid(IdempotencyKey.HEADER, IdempotencyKey.HEADER + " is missing; this gateway takes no order without one");
        }
        String fingerprint = OrderRequest.fingerprint(call.endpoint(), terms, exchange);
        if (header != null) {
            return claim(exchange, call, terms, orders.origin(call, IdempotencyKey.parse(header), fingerprint));
        }
        return untold.key(call, fingerprint).thenCompose(key -> {
            Origin origin = orders.origin(call, key.name(), fingerprint);
            return key.fresh() ? CompletableFuture.completedStage(Optional.of(carry(call, orders.start(terms, origin))))
                    : claim(exchange, call, terms, origin);
        });
    }

    /** See {@link UntoldOrders#writeUntold()}. */
    CompletionStage<Void> writeUntold() {
        return untold.writeUntold();
    }

    /** Nothing is told any more: what has been is written down. */
    void close() {
        untold.close();
    }

    private CompletionStage<Optional<OrderRun>> claim(Exchange exchange, Call call, Terms terms, Origin origin) {
        KeyClaim claim = new KeyClaim(exchange, call, terms, origin);
        call.onHangUp(() -> claim.result.completeExceptionally(Problem.of(ProblemCode.CALLER_GONE, "The caller hung up")));
        claim.look();
        return claim.result.whenComplete((done, failure) -> call.onHangUp(null));
    }

    private OrderRun carry(Call call, OrderRun run) {
        call.beforeReply(answer -> Stages.all(List.of(clients.ended(call), orders.end(run, call, answer))));
        return run;
    }

    /** One request, until it knows whether it goes on. */
    private final class KeyClaim {

        private final Exchange exchange;
        private final Call call;
        private final Terms terms;
        private final Origin origin;
        /** In nanoseconds of the monotonic clock. */
        private final long until;
        private final CompletableFuture<Optional<OrderRun>> result = new CompletableFuture<>();
        private Duration wait = FIRST_LOOK;
        private int claims;

        KeyClaim(Exchange exchange, Call call, Terms terms, Origin origin) {
            this.exchange = exchange;
            this.call = call;
            this.terms = terms;
            this.origin = origin;
            this.until = orders.nanoTime() + patience.of(call).toNanos();
        }

        void look() {
            if (!result.isDone()) {
                orders.journal().findByKey(origin.client(), origin.key()).thenCompose(this::decide).whenComplete((done, failure) -> {
                    if (failure != null) {
                        fail(Stages.cause(failure));
                    }
                });
            }
        }

        private void fail(Throwable failure) {
            if (failure instanceof Problem) {
                result.completeExceptionally(failure);
                return;
            }
            LOG.debug("The journal cannot be asked about an Idempotency-Key: {}", Stages.brief(failure));
            // Nothing was sent now; but an earlier request with this key may have placed the order.
            call.orderFate(OrderFate.UNKNOWN);
            result.completeExceptionally(OrderLifecycle.journalAway(failure));
        }

        private CompletionStage<Void> decide(Optional<OrderEntry> found) {
            if (found.isEmpty()) {
                return claim(null);
            }
            OrderEntry entry = found.get();
            if (entry.state() == OrderState.NOT_PLACED && entry.keyFree()) {
                return claim(entry);
            }
            if (entry.state() == OrderState.RECEIVED) {
                return isAbandoned(entry).thenCompose(abandoned -> abandoned ? claim(entry) : follow(entry));
            }
            return follow(entry);
        }

        /** Nothing of it was sent, and whoever received it is gone. */
        private CompletionStage<Boolean> isAbandoned(OrderEntry entry) {
            String owner = entry.origin().instance();
            if (owner.equals(orders.journal().instance())) {
                return CompletableFuture.completedStage(!orders.isRunning(entry.id()));
            }
            return orders.journal().isAlive(owner).thenApply(alive -> !alive);
        }

        private CompletionStage<Void> claim(OrderEntry replaced) {
            if (++claims > MOST_CLAIMS) {
                throw inProgress();
            }
            return orders.claim(terms, origin, replaced).thenCompose(run -> {
                if (run.isEmpty()) {
                    return orders.journal().findByKey(origin.client(), origin.key()).thenCompose(this::decide);
                }
                carry(call, run.get());
                if (!result.complete(run)) {
                    // The caller hung up meanwhile: the reply that nobody reads frees the key.
                    return orders.end(run.get(), call, null).thenAccept(done -> {});
                }
                return CompletableFuture.completedStage(null);
            });
        }

        private CompletionStage<Void> follow(OrderEntry entry) {
            if (!entry.origin().fingerprint().equals(origin.fingerprint())) {
                throw Problem.of(ProblemCode.IDEMPOTENCY_KEY_REUSED,
                        "This " + IdempotencyKey.HEADER + " belongs to another request; a new order needs a new one");
            }
            if (entry.reply() != null) {
                replay(entry.reply());
                result.complete(Optional.empty());
            } else if (entry.state() == OrderState.UNRESOLVED || orders.nanoTime() - until >= 0) {
                call.orderFate(OrderFate.UNKNOWN);
                throw entry.state().inDoubt() ? inDoubt(entry) : inProgress();
            } else {
                orders.later(wait, this::look);
                wait = wait.multipliedBy(2).compareTo(LONGEST_LOOK) < 0 ? wait.multipliedBy(2) : LONGEST_LOOK;
            }
            return CompletableFuture.completedStage(null);
        }

        private Problem inProgress() {
            return Problem.of(ProblemCode.ORDER_IN_PROGRESS, "The first request with this " + IdempotencyKey.HEADER
                    + " has not ended yet; repeat to learn its outcome").retryAfter(Duration.ofSeconds(1));
        }

        private Problem inDoubt(OrderEntry entry) {
            if (!entry.terms().listed()) {
                return Problem.of(ProblemCode.KIS_TIMEOUT, "Whether KIS took the order is not known (" + entry.reason() + ")");
            }
            return Problem.of(ProblemCode.KIS_TIMEOUT, entry.state() == OrderState.UNKNOWN
                    ? "Whether KIS took the order is not known yet (" + entry.reason()
                            + "): the gateway is looking it up; repeat to learn the outcome"
                    : "Whether KIS took the order is not known (" + entry.reason() + "): the gateway goes on looking")
                    .retryAfter(Duration.ofSeconds(entry.state() == OrderState.UNKNOWN ? 1 : 30));
        }

        private void replay(StoredReply reply) {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, reply.contentType());
            exchange.getMessage().setBody(reply.body().getBytes(StandardCharsets.UTF_8));
            exchange.setRouteStop(true);
            call.replyHeader(REPLAYED, "true");
        }
    }
}
