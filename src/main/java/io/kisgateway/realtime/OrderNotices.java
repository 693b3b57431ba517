package io.kisgateway.realtime;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's own ear for notices of its account's orders: for which stock one is. */
final class OrderNotices implements RecordListener {

    private static final Logger LOG = LoggerFactory.getLogger(OrderNotices.class);
    private static final int STOCK_FIELD = 8;
    private static final Pattern STOCK = Pattern.compile("A?([0-9A-Z]{6})");
    private static final long AGAIN_SECONDS = 60;

    private final RecordHub hub;
    private final Registration registration;
    private final ScheduledExecutorService timers;
    private final Consumer<String> stocks;
    private Subscription subscription;

    /** @param stocks gets the code of each */
    OrderNotices(RecordHub hub, Registration registration, ScheduledExecutorService timers, Consumer<String> stocks) {
        this.hub = hub;
        this.registration = registration;
        this.timers = timers;
        this.stocks = stocks;
    }

    void begin() {
        subscription = hub.open("gateway", this);
        subscription.add(registration).thenAccept(said -> {
            if (!said.accepted()) {
                LOG.warn("No notices of orders for now, asked for again in {} s: {} {}", AGAIN_SECONDS, said.msgCd(), said.msg1());
                again();
            }
        });
    }

    private void again() {
        subscription.close();
        try {
            var unused = timers.schedule(this::begin, AGAIN_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The gateway goes down", e);
        }
    }

    @Override
    public void onRecords(List<MarketRecord> records) {
        records.forEach(this::notice);
    }

    private void notice(MarketRecord one) {
        String[] fields = one.text().split("\\^", STOCK_FIELD + 2);
        if (fields.length > STOCK_FIELD) {
            var code = STOCK.matcher(fields[STOCK_FIELD].strip());
            if (code.matches()) {
                stocks.accept(code.group(1));
            }
        }
    }

    @Override
    public void onGap(Gap gap) {
        // Orders in doubt are looked up all the same, only later.
    }

    @Override
    public void onLost(Registration gone, String reason) {
        again();
    }

    @Override
    public void onDropped(String reason) {
        again();
    }
}
