package io.kisgateway.throttle;

import io.kisgateway.throttle.Decision.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * This instance alone, while Redis is away: grants its share of the limits, from where the shared books are known to be
 * spoken for. Not safe for several threads.
 */
final class LocalShareLimiter {

    private static final long LONGEST_QUIET_MILLIS = 5000;

    private final LimiterRules rules;
    private final int instances;
    private final RedisSnapshot heard;
    private final Reservations book;
    /** Before what moments everything was promised already. */
    private final Map<String, Long> notBefore = new HashMap<>();
    private final long accountNotBefore;

    LocalShareLimiter(LimiterRules rules, int instances, RedisSnapshot heard, long nowNanos) {
        this.rules = rules;
        this.instances = instances;
        this.heard = heard;
        this.book = new Reservations(rules.share(instances));
        heard.remembered().forEach(slot -> book.note(own(slot)));
        long now = heard.clock.millis(nowNanos);
        heard.used().forEach((endpoint, before) -> spend(endpoint, before, now));
        long moved = (nowNanos - heard.atNanos()) / 1_000_000;
        heard.full().forEach((endpoint, full) -> notBefore.put(endpoint, full.after(moved)));
        long spokenFor = heard.spokenForUntil() == 0 ? 0 : heard.spokenForUntil() + moved;
        this.accountNotBefore = Math.max(othersMayUseUntil(now), spokenFor);
    }

    /**
     * Until then the others may use all there is: they had it from Redis a moment ago; and if it is only this instance
     * that is cut off, stood still or has just been started, it will be back by then.
     */
    private long othersMayUseUntil(long now) {
        if (instances == 1) {
            return 0;
        }
        return now + Math.min(rules.accountRate().windowMillis(), LONGEST_QUIET_MILLIS) + rules.marginMillis() + 1;
    }

    /** Of what was used of the present windows, this instance bears its part: what is left of them is shared out. */
    private void spend(String endpoint, RedisSnapshot.Used before, long now) {
        for (int i = 0; i < before.permits().length; i++) {
            RateLimit limit = before.limits().all().get(i);
            long start = limit.windowStart(now);
            if (before.at() < start) {
                continue;
            }
            int mine = 0;
            for (Slot slot : heard.remembered()) {
                mine += endpoint.equals(slot.ask().endpoint()) && limit.windowStart(slot.at()) == start ? 1 : 0;
            }
            int part = (before.permits()[i] + instances - 1) / instances;
            book.spent(endpoint, now, new RateLimits(List.of(limit)).share(instances), Math.max(0, part - mine));
        }
    }

    Decision ask(Ask ask, long now) {
        Slot old = ask.instead();
        Ask own = own(ask, old != null && old.source() == Source.LOCAL ? own(old) : null);
        if (old != null && holds(old, ask, now)) {
            Slot slot = slot(ask, Math.max(now, old.at()), RollingWindow.FIXED);
            book.note(own(slot));
            heard.remember(slot, now);
            return new Decision(Verdict.GO, slot, 0, quotas(ask, own, now), Source.LOCAL);
        }
        Reservations.Booking booking = book.ask(now, own, from -> turn(Math.max(from, earliest(ask)), ask));
        List<Quota> quotas = quotas(ask, own, now);
        if (!booking.granted()) {
            return new Decision(Verdict.NO, null, booking.at() - now, quotas, Source.LOCAL);
        }
        Slot slot = slot(ask, booking.at(), booking.column());
        heard.remember(slot, now);
        return booking.at() <= now ? new Decision(Verdict.GO, slot, 0, quotas, Source.LOCAL)
                : new Decision(Verdict.WAIT, slot, booking.at() - now, quotas, Source.LOCAL);
    }

    void giveBack(Slot slot) {
        book.giveBack(own(slot));
    }

    void slowDown(long now, boolean ledger) {
        book.slowDown(now, ledger);
    }

    int pace(long now, boolean ledger) {
        return book.pace(now, ledger);
    }

    /** Before that moment, what is asked for was promised to others, as far as was known when Redis went. */
    long earliest(Ask ask) {
        return Math.max(ask.account() ? accountNotBefore : 0,
                ask.endpoint() == null ? 0 : notBefore.getOrDefault(ask.endpoint(), 0L));
    }

    /** Whether all that was promised before lies behind. */
    boolean isPast(long now) {
        return accountNotBefore <= now && notBefore.values().stream().allMatch(until -> until <= now);
    }

    /** The same slot as it stands in the local book. */
    private Slot own(Slot slot) {
        return new Slot(own(slot.ask(), null), slot.at(), slot.column(), slot.goNanos(), slot.validUntilNanos(), Source.LOCAL,
                slot.paceEra());
    }

    private Ask own(Ask ask, Slot instead) {
        return new Ask(ask.endpoint(), ask.limits().share(instances), ask.patienceMillis(), ask.rank(), ask.account(),
                ask.ledger(), instead);
    }

    private Slot slot(Ask ask, long at, int column) {
        return new Slot(ask.instead(null, ask.patienceMillis()), at, column, heard.clock.notBefore(at),
                heard.clock.notAfter(rules.validUntil(ask, at)), Source.LOCAL, heard.paceEra());
    }

    /**
     * Whether a place in the shared book that is due may be used while Redis is away. All that stand in the book fit
     * together, but for the account's second where it is spoken for: a more urgent call may have taken the place, and a
     * call that goes later than booked may come too close to others.
     */
    private boolean holds(Slot old, Ask ask, long now) {
        boolean same = old.ask().account() == ask.account() && old.ask().ledger() == ask.ledger();
        boolean inTime = old.at() <= now + 1 && now <= rules.windowsEnd(ask, old.at());
        return old.source() == Source.REDIS && old.paceEra() == heard.paceEra() && same && inTime
                && (heard.spokenForUntil() == 0 || !old.yields() && now <= rules.validUntil(ask, old.at()));
    }

    /** What is left of the share, under the names of the whole limits, which the policy states. */
    private List<Quota> quotas(Ask ask, Ask own, long now) {
        List<Quota> shares = MemoryLimiter.quotas(own, now, limit -> book.used(own.endpoint(), limit, now));
        List<Quota> quotas = new ArrayList<>(shares.size());
        for (int i = 0; i < shares.size(); i++) {
            Quota share = shares.get(i);
            quotas.add(new Quota(ask.limits().all().get(i), share.remaining(), share.resetMillis(), share.resetEpochSecond()));
        }
        return quotas;
    }

    /**
     * Where there are fewer permits than instances, each has its turn by its place among them: a window of the endpoint,
     * a moment of the account's.
     */
    private long turn(long from, Ask ask) {
        long at = from;
        for (RateLimit limit : ask.limits().all()) {
            if (limit.permits() < instances) {
                long factor = factor(limit);
                long window = Math.floorDiv(at, limit.windowMillis());
                long ahead = Math.floorMod(heard.place() - window, factor);
                at = ahead == 0 ? at : (window + ahead) * limit.windowMillis();
            }
        }
        if (ask.account()) {
            at = moment(at, rules.accountRate());
        }
        return ask.ledger() ? moment(at, rules.ledgerRate()) : at;
    }

    private long moment(long at, RateLimit rate) {
        if (rate.permits() >= instances) {
            return at;
        }
        long step = rate.windowMillis() + rules.marginMillis() + 1;
        long next = Math.floorDiv(at + step - 1, step);
        return (next + Math.floorMod(heard.place() - next, factor(rate))) * step;
    }

    private long factor(RateLimit limit) {
        return (instances + limit.permits() - 1L) / limit.permits();
    }
}
