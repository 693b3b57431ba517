package io.kisgateway.simulator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * How a simulator is set up. {@code other} is the key pair of the other host: using it here is what
 * EGW02004 / EGW02007 are for. Ports of 0 are chosen by the system. A {@code replyDelay} holds back every reply.
 * Every {@code ping} the WebSocket says PINGPONG; {@code recordsPerSecond} null is one for each registration.
 */
public record SimulatorOptions(
        String host, int port, int faultPort, Mode mode, Credentials credentials, Credentials other,
        RateLimits rateLimits, InstantSource clock, long seed, boolean marketHours, Duration replyDelay,
        Duration keepAliveIdle, Duration tokenInterval, long cash, List<Holding> holdings, Set<String> stickyCodes,
        int extraIssues, int callRing, int maxOrders, boolean descendingOrderNumbers, boolean strict, boolean stubs,
        Duration ping, Integer recordsPerSecond) {

    public SimulatorOptions {
        holdings = List.copyOf(holdings);
        stickyCodes = Set.copyOf(stickyCodes);
    }

    public static Builder builder() {
        return new Builder();
    }

    public static final class Builder {

        private String host = "127.0.0.1";
        private int port;
        private int faultPort;
        private Mode mode = Mode.REAL;
        private Credentials credentials;
        private RateLimits rateLimits;
        private InstantSource clock = InstantSource.system();
        private long seed = 20240102L;
        private boolean marketHours;
        private Duration replyDelay = Duration.ZERO;
        private Duration keepAliveIdle = Duration.ZERO;
        private Duration tokenInterval = Duration.ofMinutes(1);
        private long cash = 100_000_000L;
        private List<Holding> holdings = List.of(
                new Holding("005930", 120, 71_250),
                new Holding("000660", 15, 412_000),
                new Holding("035420", 40, 231_500),
                new Holding("069500", 200, 48_120));
        private Set<String> stickyCodes = Set.of();
        private int extraIssues;
        private int callRing = 20_000;
        private int maxOrders = 50_000;
        private boolean descendingOrderNumbers;
        private boolean strict;
        private boolean stubs;
        private Duration ping = Duration.ofSeconds(10);
        private Integer recordsPerSecond;

        private Builder() {}

        public Builder host(String value) {
            this.host = value;
            return this;
        }

        public Builder port(int value) {
            this.port = value;
            return this;
        }

        public Builder faultPort(int value) {
            this.faultPort = value;
            return this;
        }

        public Builder mode(Mode value) {
            this.mode = value;
            return this;
        }

        public Builder credentials(String appKey, String appSecret, String account) {
            this.credentials = new Credentials(appKey, appSecret, account);
            return this;
        }

        public Builder rateLimits(RateLimits value) {
            this.rateLimits = value;
            return this;
        }

        public Builder clock(InstantSource value) {
            this.clock = value;
            return this;
        }

        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** On: orders only 09:00-15:30 of a trading day. Off: the market never closes, so that demos work at night. */
        public Builder marketHours(boolean enforced) {
            this.marketHours = enforced;
            return this;
        }

        public Builder replyDelay(Duration value) {
            this.replyDelay = value;
            return this;
        }

        /** The server closes connections idle for this long (whole seconds); zero keeps them. */
        public Builder keepAliveIdle(Duration value) {
            this.keepAliveIdle = value;
            return this;
        }

        /** Facts 2.1: how long after one token the next may be asked for. */
        public Builder tokenInterval(Duration value) {
            this.tokenInterval = value;
            return this;
        }

        public Builder cash(long won) {
            this.cash = won;
            return this;
        }

        public Builder holdings(List<Holding> value) {
            this.holdings = value;
            return this;
        }

        /** Limit orders of these codes stay open until an admin fills them: for tests of cancel and amend. */
        public Builder stickyCodes(Set<String> value) {
            this.stickyCodes = value;
            return this;
        }

        /** Adds made-up issues 900001, 900002 … to the market: for tests of paging. */
        public Builder extraIssues(int count) {
            this.extraIssues = count;
            return this;
        }

        public Builder callRing(int size) {
            this.callRing = size;
            return this;
        }

        public Builder maxOrders(int count) {
            this.maxOrders = count;
            return this;
        }

        /** Each order gets a lower number than the one before it: that they ascend is nowhere promised. */
        public Builder descendingOrderNumbers(boolean value) {
            this.descendingOrderNumbers = value;
            return this;
        }

        /** On: nothing is let pass that KIS does not document, though clients in use send it. */
        public Builder strict(boolean value) {
            this.strict = value;
            return this;
        }

        /** On: every operation of KIS that is not played is answered by a stub. */
        public Builder stubs(boolean value) {
            this.stubs = value;
            return this;
        }

        public Builder ping(Duration value) {
            this.ping = value;
            return this;
        }

        /** Realtime records a second over all registrations; 0: none but those pushed. */
        public Builder recordsPerSecond(int value) {
            this.recordsPerSecond = value;
            return this;
        }

        public SimulatorOptions build() {
            Mode opposite = mode == Mode.REAL ? Mode.VIRTUAL : Mode.REAL;
            RateLimits usual = mode == Mode.REAL ? RateLimits.REAL : RateLimits.VIRTUAL;
            return new SimulatorOptions(host, port, faultPort, mode,
                    credentials == null ? Credentials.defaults(mode) : credentials,
                    Credentials.defaults(opposite),
                    rateLimits == null ? usual : rateLimits,
                    clock, seed, marketHours, replyDelay, keepAliveIdle, tokenInterval, cash, holdings, stickyCodes,
                    extraIssues, callRing, maxOrders, descendingOrderNumbers, strict, stubs, ping, recordsPerSecond);
        }
    }
}
