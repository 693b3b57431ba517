package io.kisgateway.throttle;

import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.redis.RedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limiter that all instances share through Redis, with this instance's own share to fall back upon.
 *
 * <p>When Redis fails or does not answer in time, everyone is answered from the local share, at once and until a probe
 * gets through. Then Redis is told what was granted here, and grants nothing itself for a second if nobody else was
 * served meanwhile: by then the others are back too.
 */
final class SharedLimiter implements Limiter, OperationBatches.Owner {

    /** Redis may come to a call a little later than it is awaited here. */
    private static final long SLACK_MILLIS = 20;
    /** Less than what unused reservations live in Redis. */
    private static final long MEMORY_LASTS_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Logger LOG = LoggerFactory.getLogger(SharedLimiter.class);

    private final RedisReservations shared;
    private final String display;
    private final LimiterRules rules;
    private final int instances;
    private final boolean required;
    private final int turn;
    private final Duration patience;
    private final LongSupplier nanoTime;

    private final Object lock = new Object();
    private final OperationBatches batches;
    private final RedisReturn redisReturn;
    private final RedisSnapshot heard;
    /** Null while Redis answers. */
    private volatile LocalShareLimiter local;
    private final List<Slot> toGiveBack = new ArrayList<>();
    private volatile Runnable returned = () -> {};

    /**
     * @param display    the address of Redis as it may be shown
     * @param turn       a number of this instance's own, see {@link LocalShareLimiter}
     * @param patience   when Redis has not answered by then, it is taken for away
     * @param wallMillis taken for Redis's clock until it is heard of
     */
    SharedLimiter(ThrottleSettings settings, RedisReservations shared, String display, int turn, Duration patience,
            ScheduledExecutorService timer, long wallMillis, LongSupplier nanoTime) {
        this.shared = shared;
        this.turn = turn;
        this.patience = patience;
        this.display = display;
        this.rules = settings.rules();
        this.instances = settings.instances();
        this.required = settings.redisRequired();
        this.nanoTime = nanoTime;
        this.batches = new OperationBatches(this, lock, timer, nanoTime, patience.toNanos());
        this.heard = new RedisSnapshot(new RedisClock(wallMillis, nanoTime.getAsLong()), rules);
        this.redisReturn = new RedisReturn(shared, timer, nanoTime, patience.toMillis(), this::rejoin);
    }

    static SharedLimiter open(ThrottleSettings settings, RedisConnection redis, Duration patience, ScheduledExecutorService timer,
            long wallMillis, LongSupplier nanoTime) {
        return new SharedLimiter(settings, new RedisReservations(redis::run, () -> 0, settings.rules(), redis.key(""), settings.scope()),
                redis.display(), ThreadLocalRandom.current().nextInt(1000), patience, redis.network() == null ? timer : redis.network(),
                wallMillis, nanoTime);
    }

    @Override
    public void watch() {
        redisReturn.watch(() -> local == null, sentNanos -> failed(List.of(), sentNanos, "does not answer"));
    }

    @Override
    public CompletionStage<Decision> ask(Ask ask) {
        CompletableFuture<Decision> answer = new CompletableFuture<>();
        synchronized (lock) {
            if (local != null) {
                return alone(ask);
            }
            if (ask.instead() != null) {
                heard.givenBack(ask.instead());
            }
            batches.add(new Operation.Question(ask, nanoTime.getAsLong(), answer));
        }
        batches.send();
        return answer;
    }

    @Override
    public void giveBack(Slot slot) {
        synchronized (lock) {
            heard.givenBack(slot);
            LocalShareLimiter here = local;
            if (here == null) {
                batches.add(new Operation.Return(slot));
            } else if (slot.source() == Slot.Source.LOCAL) {
                here.giveBack(slot);
            } else {
                toGiveBack.add(slot);
            }
        }
        batches.send();
    }

    @Override
    public void slowDown() {
        synchronized (lock) {
            if (local != null) {
                local.slowDown(epochMillis());
                return;
            }
            batches.add(new Operation.Slower());
        }
        batches.send();
    }

    @Override
    public long epochMillis() {
        synchronized (lock) {
            return heard.clock.millis(nanoTime.getAsLong());
        }
    }

    @Override
    public boolean stands(Slot slot) {
        return slot.paceEra() == heard.era() && (slot.source() != Slot.Source.LOCAL || local != null);
    }

    @Override
    public void onReturn(Runnable told) {
        returned = told;
    }

    @Override
    public LimiterState state() {
        synchronized (lock) {
            LocalShareLimiter here = local;
            return new LimiterState(display, here != null, (here == null ? heard.pace() : here.pace(epochMillis())) / 1000.0);
        }
    }

    @Override
    public void close() {
        redisReturn.close();
    }

    @Override
    public CompletionStage<List<Long>> call(List<Operation> operations, long dueNanos) {
        long now = nanoTime.getAsLong();
        Operation.Rejoin rejoin = Operation.Rejoin.among(operations);
        // Should Redis come to it only later, nobody will be waiting for the slots; what is known of its clock may be wrong after an outage.
        RedisReservations.Batch batch = shared.new Batch(
                heard.memory() == 0 || rejoin != null ? 0 : heard.clock.millis(dueNanos) + SLACK_MILLIS,
                rejoin != null || now - heard.atNanos() < MEMORY_LASTS_NANOS ? heard.memory() : 0,
                rejoin != null ? RedisReservations.Purpose.RETURN : RedisReservations.Purpose.OPERATIONS);
        operations.forEach(operation -> operation.into(batch, heard, rejoin != null && rejoin.lost(), now));
        return batch.send();
    }

    @Override
    public void answered(List<Operation> operations, List<Long> reply, long sentNanos, boolean late) {
        long now = nanoTime.getAsLong();
        List<Runnable> answers = new ArrayList<>(operations.size());
        synchronized (lock) {
            heard.header(reply, sentNanos, now);
            if (Operation.Rejoin.among(operations) != null && !late) {
                heard.told();
            }
            int at = RedisSnapshot.HEADER;
            for (Operation operation : operations) {
                if (!(operation instanceof Operation.Question question)) {
                    continue;
                }
                Decision decision = decision(question.ask(), reply, at);
                at += 3 + decision.quotas().size();
                if (decision.slot() != null && late) {
                    // Everyone was answered without Redis.
                    if (local == null) {
                        batches.add(new Operation.Return(decision.slot()));
                    } else {
                        toGiveBack.add(decision.slot());
                    }
                } else if (decision.slot() != null) {
                    heard.granted(decision.slot(), reply.get(0));
                }
                answers.add(() -> question.answer().complete(decision));
            }
        }
        if (late) {
            return;
        }
        answers.forEach(Runnable::run);
        if (Operation.Rejoin.among(operations) != null) {
            LOG.info("Redis {} answers again; limits are shared again", display);
            returned.run();
        }
    }

    private Decision decision(Ask ask, List<Long> reply, int at) {
        long redisNow = reply.get(0);
        int column = reply.get(at).intValue();
        long when = reply.get(at + 1);
        List<Quota> quotas = new ArrayList<>(2);
        for (Ask.Group group : ask.groups()) {
            int[] used = new int[group.limits().all().size()];
            for (int i = 0; i < used.length; i++) {
                used[i] = reply.get(at + 3 + quotas.size()).intValue();
                quotas.add(Quota.of(group.limited(), group.limits().all().get(i), used[i], redisNow));
            }
            heard.used(group, redisNow, group.limited() == Limited.ENDPOINT ? reply.get(at + 2) : 0, used);
        }
        if (column < 0) {
            return Decision.no(Limited.of(column), when - redisNow, quotas, Slot.Source.REDIS);
        }
        return Decision.of(new Slot(ask.without(), when, column, heard.clock.notBefore(when),
                heard.clock.notAfter(rules.validUntil(ask, when)), Slot.Source.REDIS, heard.era()), redisNow, quotas);
    }

    @Override
    public void failed(List<Operation> operations, long sentNanos, String how) {
        synchronized (lock) {
            Operation.Rejoin rejoin = Operation.Rejoin.among(operations);
            if (rejoin != null) {
                local = rejoin.local();
                redisReturn.seek();
            } else if (local == null) {
                long now = nanoTime.getAsLong();
                local = new LocalShareLimiter(rules, instances, turn, heard, heard.clock.millis(now),
                        heard.clock.millis(sentNanos) + patience.toMillis() + SLACK_MILLIS);
                redisReturn.seek();
                LOG.warn("Redis {} {}; {}", display, how, required ? "refusing calls, as it is required"
                        : "limiting locally, to 1/" + instances + " of the limits");
            }
        }
        for (Operation operation : operations) {
            if (operation instanceof Operation.Question question) {
                alone(question.ask()).whenComplete((decision, problem) -> {
                    if (problem == null) {
                        question.answer().complete(decision);
                    } else {
                        question.answer().completeExceptionally(problem);
                    }
                });
            } else if (operation instanceof Operation.Return back) {
                giveBack(back.slot());
            } else if (operation instanceof Operation.Slower) {
                slowDown();
            }
        }
    }

    private CompletionStage<Decision> alone(Ask ask) {
        if (required) {
            return CompletableFuture.failedFuture(Problem.of(ProblemCode.LIMITER_UNAVAILABLE,
                    "The rate limiter's Redis is away, and it is required.").retryAfter(Duration.ofSeconds(1)));
        }
        synchronized (lock) {
            LocalShareLimiter here = local;
            if (here == null) {
                return ask(ask);
            }
            Slot old = ask.instead();
            if (old != null) {
                heard.givenBack(old);
            }
            Decision decision = here.ask(ask, epochMillis());
            if (decision.slot() != null && decision.slot().source() == Slot.Source.REDIS) {
                heard.granted(decision.slot(), epochMillis());
            } else if (old != null && old.source() == Slot.Source.REDIS) {
                toGiveBack.add(old);
            }
            return CompletableFuture.completedFuture(decision);
        }
    }

    /** Redis answers in time: from now on it decides, once it is told what was granted without it. */
    private void rejoin(List<Long> reply) {
        synchronized (lock) {
            if (local == null) {
                return;
            }
            batches.add(new Operation.Rejoin(local, reply.get(0), reply.get(1) != heard.memory()));
            toGiveBack.forEach(slot -> batches.add(new Operation.Return(slot)));
            toGiveBack.clear();
            local = null;
        }
        batches.send();
    }
}
