package io.kisgateway.kis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.kisgateway.call.Call;
import io.kisgateway.call.Caller;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OrderFate;
import io.kisgateway.call.OrderLookup;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.SendSlot;
import io.kisgateway.call.Urgency;
import io.kisgateway.kis.KisCodes.Repeat;
import io.kisgateway.kis.KisCodes.Rule;
import io.kisgateway.kis.KisOutcome.Cause;
import io.kisgateway.kis.KisOutcome.Credentials;
import io.kisgateway.kis.KisOutcome.Failure;
import io.kisgateway.kis.KisOutcome.Success;
import io.kisgateway.kis.KisOutcome.Throttled;
import io.kisgateway.kis.KisOutcome.Unavailable;
import io.kisgateway.kis.KisOutcome.UnknownOperation;
import io.kisgateway.kis.Repeats.Past;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one call of a route: sends its request, again where that is safe, page after page. Every try is an
 * exchange of its own that takes the one route to KIS; nothing of the caller's message goes with it, and nothing of
 * KIS's message but the reply comes back. No thread waits for a repeat.
 */
public final class KisCaller {

    private static final Logger LOG = LoggerFactory.getLogger(KisCaller.class);
    private static final Duration BETWEEN_ALARMS = Duration.ofMinutes(1);

    private final Tokens tokens;
    private final KisBreaker breaker;
    private final KisTimeouts timeouts;
    private final Runnable throttled;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoTime;
    private final Repeats repeats;
    private final AtomicLong alarmedAt;
    private final KisCodes codes = KisCodes.LISTED;
    private final KnownOperations known = new KnownOperations();
    private volatile Consumer<KisAnswer> observer = answer -> {};

    /**
     * @param throttled is told whenever KIS refuses a call because of too many
     * @param timer     for the waits before repeats; nothing on it takes time
     * @param nanoTime  the monotonic clock of {@link KisHttp}
     * @param random    spreads the waits
     */
    public KisCaller(Tokens tokens, KisBreaker breaker, KisTimeouts timeouts, Runnable throttled,
            ScheduledExecutorService timer, LongSupplier nanoTime, RandomGenerator random) {
        this.tokens = tokens;
        this.breaker = breaker;
        this.timeouts = timeouts;
        this.throttled = throttled;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.repeats = new Repeats(random);
        this.alarmedAt = new AtomicLong(nanoTime.getAsLong() - BETWEEN_ALARMS.toNanos());
    }

    /** Who is told how each request to KIS ended, on the thread that ended it; must not block. */
    public void onAnswer(Consumer<KisAnswer> told) {
        observer = told;
    }

    /** What KIS has said of operations that it does not know, by path and TR id: of routes that have never worked. */
    public Map<String, String> unknownOperations() {
        return known.faults();
    }

    /** The reply of all pages; or a failure that is the caller's answer, or a fault of the gateway. */
    CompletableFuture<ObjectNode> call(AsyncProcessor route, CamelContext context, Call call, Urgency urgency,
            Pages.Begun pages) {
        Run run = new Run(route, context, call, urgency, pages.pages(),
                nanoTime.getAsLong() + timeouts.call().toNanos());
        run.page(pages.first());
        return run.result;
    }

    /** Credentials do not mend themselves: somebody must know, though not once a call. */
    private void alarm(Failure outcome) {
        long now = nanoTime.getAsLong();
        long last = alarmedAt.get();
        if (outcome instanceof Credentials && now - last >= BETWEEN_ALARMS.toNanos()
                && alarmedAt.compareAndSet(last, now)) {
            LOG.error("KIS refuses the gateway's credentials: {} {}", outcome.detail(), outcome.kis().msg1());
        }
    }

    private final class Run {

        private final AsyncProcessor route;
        private final CamelContext context;
        private final Call call;
        private final Urgency urgency;
        private final Pages pages;
        /** Of the whole call; of each page of a lookup, whose list may be long and for which nobody waits. */
        private volatile long deadline;
        private final boolean lookup;
        private final CompletableFuture<ObjectNode> result = new CompletableFuture<>();

        Run(AsyncProcessor route, CamelContext context, Call call, Urgency urgency, Pages pages, long deadline) {
            this.route = route;
            this.context = context;
            this.call = call;
            this.urgency = urgency;
            this.pages = pages;
            this.deadline = deadline;
            this.lookup = call.attribute(OrderLookup.class) != null;
        }

        void page(TrCall tr) {
            attempt(tr, Past.NONE, null);
        }

        /** @param previous why this is a repeat, or null */
        private void attempt(TrCall tr, Past past, KisFailure previous) {
            try {
                Optional<Duration> refused = lookup && !breaker.isForcedOpen() ? Optional.empty() : breaker.refusesFor();
                if (refused.isPresent()) {
                    throw Problem.circuitOpen(refused.get());
                }
                KisAttempt attempt = new KisAttempt(tr, call, deadline, (failed, outcome, cause) -> judge(failed, past, outcome, cause));
                // First the token, then the slot: a slot taken before would be over by the time the call leaves.
                var unused = tokens.soon(attempt.remaining(nanoTime.getAsLong()))
                        .whenComplete((came, failure) -> send(attempt, past, previous, failure));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        }

        private void send(KisAttempt attempt, Past past, KisFailure previous, Throwable noToken) {
            try {
                if (noToken != null) {
                    attempt.noToken(noToken.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(noToken));
                }
                Exchange exchange = new DefaultExchange(context);
                call.attachTo(exchange);
                urgency.attachTo(exchange);
                attempt.attachTo(exchange);
                Caller caller = call.attribute(Caller.class);
                if (caller != null && caller.traceparent() != null) {
                    // For our own spans; it goes no further than the step that makes the request.
                    exchange.getIn().setHeader("traceparent", caller.traceparent());
                }
                route.process(exchange, doneSync -> done(attempt, past, previous, exchange));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }

        private void done(KisAttempt attempt, Past past, KisFailure previous, Exchange exchange) {
            try {
                long spent = attempt.spent(nanoTime.getAsLong());
                call.addKisNanos(spent);
                Exception thrown = exchange.getException();
                if (ObjectHelper.getException(MissedSlot.class, thrown) != null) {
                    attempt.slot().missed();
                    attempt(attempt.tr(), past, previous);
                } else if (thrown != null) {
                    if (attempt.slot() == null || !attempt.sent() && KisFailure.in(thrown) == null) {
                        // It came not so far as to leave: no token, no worker, the breaker, or trading that has just been halted.
                        Optional.ofNullable(SendSlot.of(exchange)).ifPresent(SendSlot::unused);
                    }
                    failed(attempt, past, previous, thrown);
                } else if (exchange.getMessage().getBody() instanceof Success success) {
                    observer.accept(new KisAnswer(success.empty() ? "empty" : "success",
                            codes.name(KisMessages.of(success.reply()).msgCd()), "", spent));
                    succeeded(attempt, success);
                } else {
                    throw new IllegalStateException("the route to KIS ended without an outcome");
                }
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }

        private void succeeded(KisAttempt attempt, Success success) {
            known.succeeded(attempt.tr());
            if (attempt.tr().order()) {
                call.orderFate(OrderFate.PLACED);
            }
            Optional<TrCall> next = pages.next(attempt.tr(), success);
            if (next.isPresent()) {
                if (lookup) {
                    deadline = nanoTime.getAsLong() + timeouts.call().toNanos();
                }
                page(next.get());
            } else {
                result.complete(pages.merged());
            }
        }

        private void failed(KisAttempt attempt, Past past, KisFailure previous, Exception thrown) {
            KisFailure failure = KisFailure.in(thrown);
            if (failure == null) {
                result.completeExceptionally(ended(attempt, past, previous, translate(thrown)));
                return;
            }
            Failure outcome = failure.outcome();
            observer.accept(new KisAnswer(kind(outcome), KisCodes.name(outcome.rule()),
                    outcome.detail(), attempt.spent(nanoTime.getAsLong())));
            boolean order = attempt.tr().order();
            if (order && outcome.rule().notTaken()) {
                call.orderFate(OrderFate.NOT_PLACED);
            }
            if (outcome instanceof Throttled) {
                throttled.run();
            }
            if (failure.repeatAfter().isEmpty()) {
                alarm(outcome);
                result.completeExceptionally(Problems.of(failure, order && attempt.sent() ? call.attribute(ClaimedOrder.class) : null));
            } else {
                after(failure.repeatAfter().get(), attempt.tr(), past.plus(outcome.rule().repeat(order)), failure);
            }
        }

        /** The one place that says what a failure is and whether the request goes again; asked before the breaker sees it. */
        private KisFailure judge(KisAttempt attempt, Past past, Failure said, Throwable cause) {
            Failure outcome = known.judge(attempt.tr(), said);
            boolean order = attempt.tr().order();
            boolean useless = attempt.token() == null ? attemptedToken(outcome) : !refuseToken(attempt.token(), outcome.rule(), order);
            return new KisFailure(outcome, cause,
                    useless ? Optional.empty() : repeats.next(outcome, order, past, attempt.remaining(nanoTime.getAsLong())),
                    breaker.hasAnsweredSince(attempt));
        }

        /** An order's token is given up too where only a query goes again. @return whether there is sense in a repeat */
        private boolean refuseToken(Token token, Rule rule, boolean order) {
            return rule.query() != Repeat.TOKEN && rule.repeat(order) != Repeat.TOKEN || tokens.refuse(token, rule.isForm());
        }

        /** A repeat that could not even leave ends as what it was to repeat, with the time that it would have needed. */
        private RuntimeException ended(KisAttempt attempt, Past past, KisFailure previous, RuntimeException end) {
            if (previous == null || !(end instanceof Problem refusal)) {
                return end;
            }
            boolean noToken = past.tokens() > 0 && attempt.token() == null;
            boolean noBudget = previous.outcome() instanceof Throttled && refusal.code() == ProblemCode.RATE_LIMITED;
            return noToken || noBudget ? Problems.of(previous, null).retryAfter(refusal.retryAfter()) : end;
        }

        /** What the route did wrong says nothing of how KIS is. */
        private static String kind(Failure outcome) {
            return outcome instanceof UnknownOperation ? "rejected" : outcome.rule().kind().name().toLowerCase(Locale.ROOT);
        }

        /** KIS was asked for a token and gave none: it may not be asked again for a minute. */
        private static boolean attemptedToken(Failure outcome) {
            return !(outcome instanceof Unavailable unavailable && unavailable.cause() == Cause.NOT_SENT);
        }

        private void after(Duration wait, TrCall tr, Past past, KisFailure failure) {
            try {
                var unused = timer.schedule(() -> attempt(tr, past, failure), wait.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                result.completeExceptionally(Problems.of(failure, tr.order() ? call.attribute(ClaimedOrder.class) : null));
            }
        }

        private RuntimeException translate(Exception thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof Problem problem) {
                    return problem;
                }
                if (cause instanceof CallNotPermittedException) {
                    return Problem.circuitOpen(breaker.refusesFor().orElse(Duration.ofSeconds(1)));
                }
            }
            return new IllegalStateException("the route to KIS failed", thrown);
        }
    }
}
