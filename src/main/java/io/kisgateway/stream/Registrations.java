package io.kisgateway.stream;

import io.kisgateway.call.KisMessage;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.realtime.Registration;
import io.kisgateway.realtime.RegistrationAnswer;
import io.kisgateway.realtime.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What this instance's JSON side is registered for, and for whom. What nobody wants any more stays for a while, so that who comes
 * back has missed nothing, but goes at once when KIS has no place for something else.
 */
final class Registrations {

    private static final Duration LINGER = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final String FULL = "OPSP0008";
    private static final String UNREACHABLE = "OPSP0007";

    private final Kinds kinds;
    private final String htsId;
    private final ScheduledExecutorService timers;
    private final LongSupplier position;
    private final BiConsumer<Set<Channel>, String> lost;
    private final Map<Registration, Held> held = new LinkedHashMap<>();
    private Subscription subscription;

    /**
     * @param htsId    what KIS knows the account's own records by, or null
     * @param position where in the log of events the next one will be
     * @param lost     is told of what was registered, and which KIS does not take any more
     */
    Registrations(Kinds kinds, String htsId, ScheduledExecutorService timers, LongSupplier position,
            BiConsumer<Set<Channel>, String> lost) {
        this.kinds = kinds;
        this.htsId = htsId;
        this.timers = timers;
        this.position = position;
        this.lost = lost;
    }

    private record Owned(Object owner, Channel channel) {}

    private static final class Held {
        private final Set<Owned> owned = new HashSet<>();
        private CompletableFuture<RegistrationAnswer> answer = new CompletableFuture<>();
        private long since = Long.MAX_VALUE;
        private ScheduledFuture<?> linger;

        private Set<Channel> channels() {
            return owned.stream().map(Owned::channel).collect(Collectors.toSet());
        }
    }

    /** @param fresh one without registrations, to which all that is wanted is added */
    void begin(Subscription fresh) {
        Map<Registration, Held> all;
        Map<Registration, CompletionStage<RegistrationAnswer>> said = new LinkedHashMap<>();
        synchronized (this) {
            subscription = fresh;
            all = new LinkedHashMap<>(held);
            all.keySet().forEach(registration -> said.put(registration, fresh.add(registration)));
        }
        all.forEach((registration, entry) -> answered(registration, entry, said.get(registration)));
    }

    private Registration registration(Channel channel) {
        Kind kind =
                kinds.kind(channel.kind()).orElseThrow(() -> Problem.invalid("kinds", "There is no kind " + channel.kind() + " any more"));
        return new Registration(kind.trId(), kind.key() == KeyForm.ACCOUNT ? htsId : channel.code());
    }

    /**
     * Registers what is not registered yet.
     *
     * @return done when KIS has accepted all of it; else fails with a {@link Problem}, and the owner has no more than before
     */
    CompletionStage<Void> hold(Collection<Channel> channels, Object owner) {
        List<Channel> fresh = new ArrayList<>();
        List<CompletableFuture<RegistrationAnswer>> answers = new ArrayList<>();
        for (Channel channel : channels) {
            Registration registration = registration(channel);
            Held entry;
            CompletionStage<RegistrationAnswer> said = null;
            synchronized (this) {
                entry = held.get(registration);
                if (entry == null) {
                    entry = new Held();
                    held.put(registration, entry);
                    // In the order of who comes and who leaves, as everywhere here.
                    said = subscription.add(registration);
                }
                if (entry.linger != null) {
                    entry.linger.cancel(false);
                    entry.linger = null;
                }
                if (entry.owned.add(new Owned(owner, channel))) {
                    fresh.add(channel);
                }
                answers.add(entry.answer);
            }
            if (said != null) {
                answered(registration, entry, said);
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).copy()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((done, late) -> late != null ? unreachable(null)
                        : answers.stream().map(CompletableFuture::join).map(Registrations::refusal).flatMap(Optional::stream).findFirst()
                                .orElse(null))
                .thenCompose(problem -> {
                    if (problem == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    release(fresh, owner);
                    return CompletableFuture.failedFuture(problem);
                });
    }

    private void answered(Registration registration, Held entry, CompletionStage<RegistrationAnswer> said) {
        said.thenCompose(answer -> FULL.equals(answer.msgCd()) && giveWay() ? again(registration, entry)
                : CompletableFuture.completedStage(answer)).thenAccept(answer -> {
                    Set<Channel> channels;
                    synchronized (this) {
                        channels = entry.channels();
                        if (answer.accepted()) {
                            entry.since = position.getAsLong();
                        } else {
                            held.remove(registration, entry);
                        }
                    }
                    if (!entry.answer.complete(answer) && !answer.accepted()) {
                        lost.accept(channels, "KIS does not register it any more: " + answer.msgCd() + " " + answer.msg1());
                    }
                });
    }

    private synchronized CompletionStage<RegistrationAnswer> again(Registration registration, Held entry) {
        return held.get(registration) == entry ? subscription.add(registration)
                : CompletableFuture.completedStage(RegistrationAnswer.UNREACHABLE);
    }

    /** Gives up what nobody wants now. @return whether there was any */
    private synchronized boolean giveWay() {
        return held.entrySet().removeIf(entry -> {
            boolean gone = entry.getValue().linger != null;
            if (gone) {
                entry.getValue().linger.cancel(false);
                var unused = subscription.remove(entry.getKey());
            }
            return gone;
        });
    }

    private static Optional<Problem> refusal(RegistrationAnswer answer) {
        if (answer.accepted()) {
            return Optional.empty();
        }
        KisMessage said = new KisMessage(answer.msgCd(), answer.msg1());
        return Optional.of(switch (answer.msgCd()) {
            case FULL -> Problem.of(ProblemCode.REALTIME_FULL, "KIS takes " + Wishes.MOST
                    + " realtime registrations of one app key, over all callers and instances, and all are in use").kis(said)
                    .retryAfter(AGAIN);
            case UNREACHABLE -> unreachable(said);
            default -> Problem.of(ProblemCode.KIS_REJECTED, "KIS does not register it").kis(said);
        });
    }

    private static Problem unreachable(KisMessage said) {
        return Problem
                .of(ProblemCode.KIS_UNAVAILABLE, "The realtime session with KIS is not there, or KIS has not answered the registration")
                .kis(said).retryAfter(AGAIN);
    }

    /** The owner does not want them any more. */
    void release(Collection<Channel> channels, Object owner) {
        for (Channel channel : channels) {
            synchronized (this) {
                held.forEach((registration, entry) -> {
                    if (entry.owned.remove(new Owned(owner, channel)) && entry.owned.isEmpty() && entry.linger == null) {
                        entry.linger = timers.schedule(() -> goOut(registration, entry), LINGER.toMillis(), TimeUnit.MILLISECONDS);
                    }
                });
            }
        }
    }

    private synchronized void goOut(Registration registration, Held entry) {
        if (entry.owned.isEmpty() && held.remove(registration, entry)) {
            var unused = subscription.remove(registration);
        }
    }

    /** Gives one up, whoever wants it. @return what it was for; empty if there was none */
    synchronized Set<Channel> drop(Registration registration) {
        Held entry = held.remove(registration);
        if (entry == null) {
            return Set.of();
        }
        var unused = subscription.remove(registration);
        return entry.channels();
    }

    synchronized boolean has(Channel channel, Object owner) {
        Held entry = kinds.kind(channel.kind()).map(kind -> held.get(registration(channel))).orElse(null);
        return entry != null && entry.owned.contains(new Owned(owner, channel));
    }

    /** Whether all that has happened there is in the log, from the position on. */
    synchronized boolean covers(Channel channel, long position) {
        Held entry = kinds.kind(channel.kind()).map(kind -> held.get(registration(channel))).orElse(null);
        return entry != null && entry.since <= position;
    }

    synchronized Set<Channel> channels() {
        Set<Channel> channels = new HashSet<>();
        held.values().forEach(entry -> channels.addAll(entry.channels()));
        return channels;
    }

    void close() {
        Subscription present;
        synchronized (this) {
            present = subscription;
        }
        if (present != null) {
            present.close();
        }
    }
}
