package io.kisgateway.throttle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * This instance alone, while Redis is away: grants its share of what was left of the limits. Not safe for several threads.
 */
final class LocalShareLimiter {

    /** For so long, and to the end of that second, the others may still use all there is, as they had it from Redis a moment ago. */
    private static final long QUIET_MILLIS = 1000;
    private static final long SECOND = 1000;

    private final LimiterRules rules;
    private final int instances;
    private final int turn;
    private final RedisSnapshot heard;
    private final Reservations shares;
    private final long beganAt;
    /** Endpoints and clients that have been asked for since. */
    private final Set<String> spent = new HashSet<>();
    private final long quietUntil;
    private final long since;
    /** Before when all of an endpoint was promised already. */
    private final Map<String, Long> free = new HashMap<>();

    /**
     * @param turn  a number of this instance's own: which window it takes where not everyone can have one of each
     * @param now   of Redis's clock, as far as is known
     * @param since when Redis was last asked in vain
     */
    LocalShareLimiter(LimiterRules rules, int instances, int turn, RedisSnapshot heard, long now, long since) {
        this.rules = rules;
        this.instances = instances;
        this.turn = turn;
        this.heard = heard;
        this.since = since;
        this.shares = new Reservations(rules.share(instances));
        this.quietUntil = instances == 1 ? 0 : (Math.floorDiv(now + QUIET_MILLIS + rules.marginMillis(), SECOND) + 1) * SECOND;
        this.beganAt = now;
        heard.known().forEach((group, known) -> {
            if (known.free > now) {
                free.put(group, known.free);
            }
        });
    }

    /**
     * What this instance was granted by Redis for windows to come counts in its share. Of the window in which Redis went away the others may
     * have had more since this instance was last told: all together grant no more than one share of it, however often Redis goes away in it.
     */
    private void spend(Ask.Group group) {
        RedisSnapshot.Known known = heard.known(group.name());
        FixedWindows windows = shares.windows(group.name());
        known.mine.forEach(beganAt,
                (length, window, permits) -> group.limits().all().stream().filter(limit -> limit.windowMillis() == length)
                        .forEach(limit -> windows.add(window * length, limit.share(instances), permits)));
        for (RateLimit limit : group.limits().all()) {
            RateLimit share = limit.share(instances);
            int used = known.used(limit, beganAt);
            int most = share.permits() / instances - known.alone.used(beganAt, limit);
            int left = limit.permits() < instances ? used == 0 ? 1 : 0
                    : Math.max(0, Math.min((limit.permits() - used) / instances, most));
            windows.add(beganAt, share, Math.max(0, share.permits() - left - windows.used(beganAt, share)));
        }
    }

    Decision ask(Ask ask, long now) {
        ask.groups().stream().filter(group -> spent.add(group.name())).forEach(this::spend);
        Slot old = ask.instead();
        if (old != null && holds(old, ask, now)) {
            return Decision.of(late(old, ask, now), Math.max(now, old.at()), quotas(ask, now));
        }
        long earliest = ask.groups().stream().mapToLong(group -> free.getOrDefault(group.name(), 0L)).reduce(quietUntil, Math::max);
        Ask own = own(ask, old == null || old.source() != Slot.Source.LOCAL ? null : own(old));
        Reservations.Booking booking = shares.ask(now, own, from -> turn(Math.max(from, earliest), ask));
        if (!booking.granted()) {
            return Decision.no(Limited.of(booking.column()), booking.at() - now, quotas(ask, now), Slot.Source.LOCAL);
        }
        Slot slot = slot(ask, booking.at(), booking.column());
        ask.groups().forEach(group -> heard.known(group.name()).prune(now));
        count(slot, 1);
        return Decision.of(slot, now, quotas(ask, now));
    }

    void giveBack(Slot slot) {
        shares.giveBack(own(slot));
        count(slot, -1);
    }

    private void count(Slot slot, int n) {
        for (Ask.Group group : slot.ask().groups()) {
            RedisSnapshot.Known known = heard.known(group.name());
            known.alone.add(slot.at(), group.limits(), n);
            known.untold.add(slot.at(), group.limits(), n);
        }
    }

    /**
     * Tells Redis what was granted here and, should it have lost its memory, what it granted itself.
     *
     * @param lost whether it has
     */
    void tell(RedisReservations.Batch batch, boolean lost, long now) {
        batch.back(since);
        heard.known().forEach((group, known) -> {
            known.untold.forEach(now, (length, window, permits) -> batch.told(group, length, window, 0, permits));
            if (lost) {
                for (RateLimit limit : known.limits.all()) {
                    int used = known.used(limit, now);
                    batch.told(group, limit.windowMillis(), Math.floorDiv(now, limit.windowMillis()), used,
                            used > 0 ? 0 : known.mine.used(now, limit));
                }
            }
        });
    }

    void slowDown(long now) {
        shares.slowDown(now);
    }

    int pace(long now) {
        return shares.pace(now);
    }

    /** The same slot as it stands in the local book. */
    private Slot own(Slot slot) {
        return new Slot(own(slot.ask(), null), slot.at(), slot.column(), slot.goNanos(), slot.validUntilNanos(), Slot.Source.LOCAL,
                slot.paceEra());
    }

    private Ask own(Ask ask, Slot instead) {
        ClientLimit client = ask.client() == null ? null : new ClientLimit(ask.client().client(), ask.client().limits().share(instances));
        return new Ask(ask.endpoint(), ask.limits().share(instances), client, ask.patienceMillis(), ask.rank(), instead);
    }

    private Slot slot(Ask ask, long at, int column) {
        return new Slot(ask.without(), at, column, heard.clock.notBefore(at),
                heard.clock.notAfter(rules.validUntil(ask, at)), Slot.Source.LOCAL, heard.era());
    }

    /** Whether a place that Redis gave is due and may still be used. */
    private boolean holds(Slot old, Ask ask, long now) {
        return old.source() == Slot.Source.REDIS && old.at() <= now + 1 && now <= rules.windowsEnd(ask, old.at());
    }

    /** The same place, for one who could not leave in its time: it is Redis's still, however often its holder is late. */
    private Slot late(Slot old, Ask ask, long now) {
        return new Slot(ask.without(), old.at(), old.column(), old.goNanos(),
                heard.clock.notAfter(Math.min(rules.windowsEnd(ask, old.at()), now + rules.lateMillis())), Slot.Source.REDIS,
                old.paceEra());
    }

    /** What is left of the share, under the names of the whole limits, which the policy states. */
    private List<Quota> quotas(Ask ask, long now) {
        List<Quota> quotas = new ArrayList<>(2);
        for (Ask.Group group : ask.groups()) {
            for (RateLimit limit : group.limits().all()) {
                RateLimit share = limit.share(instances);
                Quota left = Quota.of(group.limited(), share, shares.windows(group.name()).used(now, share), now);
                quotas.add(new Quota(group.limited(), limit, left.remaining(), left.resetMillis(), left.resetEpochSecond()));
            }
        }
        return quotas;
    }

    /** Where there are fewer permits than instances, each takes one window of so many. */
    private long turn(long from, Ask ask) {
        long at = from;
        for (Ask.Group group : ask.groups()) {
            for (RateLimit limit : group.limits().all()) {
                if (limit.permits() < instances) {
                    long windows = limit.share(instances).windowMillis() / limit.windowMillis();
                    long window = Math.floorDiv(at, limit.windowMillis());
                    long ahead = Math.floorMod(turn - window, windows);
                    at = ahead == 0 ? at : (window + ahead) * limit.windowMillis();
                }
            }
        }
        return at;
    }
}
