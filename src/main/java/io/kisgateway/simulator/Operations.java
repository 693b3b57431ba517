package io.kisgateway.simulator;

import io.kisgateway.runtime.KisOperation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The operations that are played, by their path. */
final class Operations {

    private static final String QUOTATIONS = "/uapi/domestic-stock/v1/quotations/";
    private static final String TRADING = "/uapi/domestic-stock/v1/trading/";

    private final Map<String, Function<KisCall, Reply>> byPath = new HashMap<>();

    Operations(SimulatorOptions options, Envelope envelope, Market market, OrderBook book, ReservedOrders reserved) {
        quotations(options, new Quoting(market, envelope, options.clock()));
        trading(new Trading(market, book, envelope, options.mode()), new Ledger(market, book, envelope, options),
                new OrderLists(book, envelope, options), reserved);
        Overseas overseas = new Overseas(envelope, options);
        byPath.put("/uapi/overseas-price/v1/quotations/price", overseas::price);
        byPath.put("/uapi/overseas-stock/v1/trading/inquire-balance", overseas::balance);
    }

    private void quotations(SimulatorOptions options, Quoting quoting) {
        Quotations quotations = new Quotations(quoting, options);
        IndexQuotations indexes = new IndexQuotations(quoting);
        Charts charts = new Charts(quoting);
        Depth depth = new Depth(quoting, options);
        IssueInfo info = new IssueInfo(quoting, options.mode());
        byPath.put(QUOTATIONS + "inquire-price", quotations::price);
        byPath.put(QUOTATIONS + "inquire-daily-price", quotations::dailyPrice);
        byPath.put(QUOTATIONS + "inquire-investor", quotations::investors);
        byPath.put(QUOTATIONS + "inquire-index-price", indexes::price);
        byPath.put(QUOTATIONS + "inquire-daily-indexchartprice", indexes::chart);
        byPath.put(QUOTATIONS + "inquire-daily-itemchartprice", charts::itemChart);
        byPath.put(QUOTATIONS + "inquire-time-itemchartprice", charts::minuteChart);
        byPath.put(QUOTATIONS + "inquire-time-dailychartprice", charts::dayMinuteChart);
        byPath.put(QUOTATIONS + "inquire-asking-price-exp-ccn", depth::askingPrice);
        byPath.put(QUOTATIONS + "inquire-ccnl", depth::trades);
        byPath.put(QUOTATIONS + "search-info", info::product);
        byPath.put(QUOTATIONS + "search-stock-info", info::stock);
        byPath.put(QUOTATIONS + "chk-holiday", new Holidays(quoting)::holidays);
    }

    private void trading(Trading trading, Ledger ledger, OrderLists lists, ReservedOrders reserved) {
        byPath.put(TRADING + "order-cash", trading::order);
        byPath.put(TRADING + "order-rvsecncl", trading::amendOrCancel);
        byPath.put(TRADING + "inquire-psbl-rvsecncl", lists::amendable);
        byPath.put(TRADING + "inquire-daily-ccld", lists::dailyOrders);
        byPath.put(TRADING + "inquire-balance", ledger::balance);
        byPath.put(TRADING + "inquire-psbl-order", ledger::buyable);
        byPath.put(TRADING + "inquire-psbl-sell", ledger::sellable);
        byPath.put(TRADING + "order-resv", reserved::reserve);
        byPath.put(TRADING + "order-resv-rvsecncl", reserved::change);
        byPath.put(TRADING + "order-resv-ccnl", reserved::list);
    }

    Set<String> paths() {
        return byPath.keySet();
    }

    boolean plays(KisOperation offer) {
        return byPath.containsKey(offer.path());
    }

    Reply answer(KisOperation offer, KisCall call) {
        return byPath.get(offer.path()).apply(call);
    }
}
