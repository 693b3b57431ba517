package io.kisgateway.simulator;

import io.kisgateway.runtime.KisOperation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Orders: order-cash and order-rvsecncl (facts 3.9, 3.10). */
final class Trading {

    private static final Set<String> OPTIONAL_KEYS = Set.of("EXCG_ID_DVSN_CD", "SLL_TYPE", "CNDT_PRIC");
    /** Of a reserved order, and of what a change leaves as it is. */
    private static final Set<String> OPTIONAL_RESERVATION_KEYS = Set.of("LOAN_DT", "RSVN_ORD_END_DT", "LDNG_DT", "CTAL_TLNO");
    private static final Set<String> CHANGE_OF_RESERVED = Set.of("CANO", "ACNT_PRDT_CD", "RSVN_ORD_SEQ");
    /** Clients in use send these, so KIS probably takes them. */
    private static final Set<String> TOLERATED_KEYS = Set.of("CTAC_TLNO", "ALGO_NO");

    private final Market market;
    private final OrderBook book;
    private final Envelope envelope;
    private final Mode mode;

    Trading(Market market, OrderBook book, Envelope envelope, Mode mode) {
        this.market = market;
        this.book = book;
        this.envelope = envelope;
        this.mode = mode;
    }

    /** The parameters that an operation insists on (facts section 3). */
    static List<String> needed(KisOperation offer) {
        return offer.parameters().stream().filter(name -> offer.path().endsWith("/order-resv-rvsecncl") ? CHANGE_OF_RESERVED.contains(name)
                : offer.order() ? !OPTIONAL_KEYS.contains(name) : !name.equals("FID_FAKE_TICK_INCU_YN")).toList();
    }

    /** Whether a body holds what it must, and nothing that would spoil its composition (facts 3.9, IGW00007). */
    static boolean wellComposed(KisOperation offer, Set<String> keys, boolean strict) {
        Set<String> optional = offer.path().contains("order-resv") ? OPTIONAL_RESERVATION_KEYS : OPTIONAL_KEYS;
        return keys.containsAll(needed(offer)) && keys.stream().allMatch(key -> offer.parameters().contains(key)
                || optional.contains(key) || !strict && TOLERATED_KEYS.contains(key));
    }

    /** Facts 3.0: which it is, its TR id says; the old ids too. */
    Reply order(KisCall call) {
        Order.Side side = call.trId().endsWith("2U") ? Order.Side.BUY : Order.Side.SELL;
        Optional<OrderType> type = OrderType.of(call.get("ORD_DVSN"), mode);
        if (type.isEmpty()) {
            return envelope.invalid(call, "ORD_DVSN");
        }
        Long quantity = number(call.get("ORD_QTY"));
        if (quantity == null || quantity == 0) {
            return envelope.invalid(call, "ORD_QTY");
        }
        Long price = number(call.get("ORD_UNPR"));
        if (price == null) {
            return envelope.invalid(call, "ORD_UNPR");
        }
        String exchange = exchange(call);
        if (exchange == null) {
            return envelope.invalid(call, "EXCG_ID_DVSN_CD");
        }
        Optional<Issue> issue = market.stock(call.get("PDNO"));
        if (issue.isEmpty()) {
            return refused(call, Refusal.UNKNOWN_ISSUE);
        }
        Order.Ticket ticket = new Order.Ticket(side, issue.get(), type.get(), quantity,
                type.get().priced() ? price : 0, exchange);
        String accepted = mode == Mode.REAL ? "APBK0013" : side == Order.Side.BUY ? "40600000" : "40590000";
        return answer(call, book.place(ticket, call.circumstances()), accepted);
    }

    Reply amendOrCancel(KisCall call) {
        boolean all = call.get("QTY_ALL_ORD_YN").equals("Y");
        Long quantity = number(call.get("ORD_QTY"));
        if (!all && (quantity == null || quantity == 0)) {
            return envelope.invalid(call, "ORD_QTY");
        }
        Long part = all ? null : quantity;
        String exchange = exchange(call);
        if (exchange == null) {
            return envelope.invalid(call, "EXCG_ID_DVSN_CD");
        }
        String orderNo = call.get("ORGN_ODNO");
        return switch (call.get("RVSE_CNCL_DVSN_CD")) {
            case "01" -> amend(call, orderNo, part, exchange);
            case "02" -> answer(call, book.cancel(orderNo, part, exchange, call.circumstances()), accepted(orderNo));
            default -> envelope.invalid(call, "RVSE_CNCL_DVSN_CD");
        };
    }

    private Reply amend(KisCall call, String orderNo, Long part, String exchange) {
        Optional<OrderType> type = OrderType.of(call.get("ORD_DVSN"), mode);
        Long price = number(call.get("ORD_UNPR"));
        if (type.isEmpty() || price == null) {
            return envelope.invalid(call, type.isEmpty() ? "ORD_DVSN" : "ORD_UNPR");
        }
        return answer(call, book.amend(orderNo, part, type.get(), type.get().priced() ? price : 0, exchange,
                call.circumstances()), accepted(orderNo));
    }

    /** The facts name no code of the virtual host for an amendment: it gets the one of the order it changes. */
    private String accepted(String orderNo) {
        if (mode == Mode.REAL) {
            return "APBK0013";
        }
        boolean sell = book.find(orderNo).filter(order -> order.side() == Order.Side.SELL).isPresent();
        return sell ? "40590000" : "40600000";
    }

    private Reply answer(KisCall call, Placement placement, String accepted) {
        if (placement instanceof Placement.Refused refused) {
            return refused(call, refused.why());
        }
        Order order = ((Placement.Taken) placement).order();
        Fields output = new Fields()
                .with("KRX_FWDG_ORD_ORGNO", organization(mode))
                .with("ODNO", order.orderNo())
                .with("ORD_TMD", Texts.time(order.time().toInstant()));
        if (mode == Mode.REAL) {
            output.with("SOR_ODNO", "");
        }
        return envelope.success(call.trId(), accepted, "", new Fields().with("output", output));
    }

    /** Facts 3.9: the branch an order was forwarded by; a cancellation has to name it. */
    static String organization(Mode mode) {
        return mode == Mode.REAL ? "91252" : "00950";
    }

    private Reply refused(KisCall call, Refusal why) {
        if (why == Refusal.OTHER_EXCHANGE) {
            String original = book.find(call.get("ORGN_ODNO")).map(Order::exchange).orElse("");
            return envelope.failure(call.trId(), why.code(mode), "취소주문 불가합니다. 원주문 거래소[" + original
                    + "] 취소주문 거래소[" + exchange(call) + "]");
        }
        return envelope.failure(call.trId(), why.code(mode));
    }

    private String exchange(KisCall call) {
        String exchange = call.get("EXCG_ID_DVSN_CD");
        return switch (exchange) {
            case "", "KRX" -> "KRX";
            case "NXT", "SOR" -> mode == Mode.REAL ? exchange : null;
            default -> null;
        };
    }

    private static Long number(String text) {
        return text.matches("[0-9]{1,9}") ? Long.valueOf(text) : null;
    }
}
