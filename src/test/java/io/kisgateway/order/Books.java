package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.order.journal.OrderState;
import io.kisgateway.simulator.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What callers of the campaign were told, held against what KIS has and what the journal says: everything that is not so. */
final class Books {

    /** A caller who hangs up so near to the reply's leaving is taken for one who has it (docs/orders.md, "Without a key"). */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final List<Errand> errands;
    private final Map<String, Order> atKis = new LinkedHashMap<>();
    /** Entries of what was placed, by the errand whose request it was. */
    private final Map<String, List<JsonNode>> placed;
    /** By request id: when its reply left. */
    private final Map<String, Instant> replied;
    private final Blows blows;
    private final List<String> wrong = new ArrayList<>();
    private int hungUpAtTheReply;
    private int repeatsAfterBlows;

    Books(List<Errand> errands, Collection<Order> orders, List<JsonNode> journal, Map<String, Instant> replied, Blows blows) {
        this.errands = errands;
        this.replied = replied;
        this.blows = blows;
        this.placed = journal.stream().filter(entry -> entry.path("state").asText().equals(OrderState.PLACED.wire()))
                .collect(Collectors.groupingBy(entry -> Errand.nameOf(entry.path("request_id").asText())));
        orders.forEach(order -> atKis.put(order.orderNo(), order));
        numbers();
        everyOrderIsSomebodys();
        nothingLeft();
        entries();
    }

    List<String> wrong() {
        return wrong;
    }

    /** What callers without a key cannot be spared, how often. */
    String excused() {
        return "orders doubled by callers without a key who hung up as the reply left " + hungUpAtTheReply
                + ", meant anew and taken for repeats after a blow " + repeatsAfterBlows;
    }

    /** One answer to each, and no number to two. */
    private void numbers() {
        Map<String, Errand> told = new HashMap<>();
        for (Errand one : errands) {
            if (one.numbers().size() + one.ends().size() > 1 || one.ends().stream().anyMatch(end -> end.startsWith("unexpected"))) {
                wrong.add(one.name() + " was told " + one.numbers() + " and " + one.ends());
            }
            for (String number : one.numbers()) {
                Order order = atKis.get(number);
                Errand other = told.putIfAbsent(number, one);
                if (order == null || !isWanted(one, order)) {
                    wrong.add(one.name() + " was told " + number + ", which is " + (order == null ? "nobody's" : "another's"));
                } else if (other != null && isRepeatAfterBlow(other, one)) {
                    repeatsAfterBlows++;
                } else if (other != null) {
                    wrong.add(one.name() + " was told " + number + ", which is " + other.name() + "'s");
                }
            }
        }
    }

    /** Whether the second, without a key, could be taken for the first: nobody could write down that the first had been told. */
    private boolean isRepeatAfterBlow(Errand first, Errand second) {
        return !first.isKeyed() && first.client().equals(second.client()) && first.path().equals(second.path())
                && first.body().equals(second.body()) && blows.met(first.answeredBy(), first.answered(), second.answered());
    }

    /** Orders at KIS that nobody was told of, and nobody is left in doubt about. */
    private void everyOrderIsSomebodys() {
        Map<String, Errand> first = new HashMap<>();
        errands.stream().filter(Errand::isAnswered).sorted(Comparator.comparing(Errand::answered))
                .forEach(one -> first.putIfAbsent(one.number(), one));
        Map<String, Integer> untold = new TreeMap<>();
        atKis.values().forEach(order -> untold.merge(terms(order), 1, Integer::sum));
        Map<String, Integer> doubled = new HashMap<>();
        for (Errand one : errands) {
            if (one.body() == null) {
                continue;
            }
            if (!one.isAnswered() || one.number() != null && first.get(one.number()) == one) {
                untold.merge(terms(one), -1, Integer::sum);
            }
            doubled.merge(terms(one), doubledAtTheReply(one), Integer::sum);
        }
        untold.forEach((terms, count) -> {
            if (count > doubled.getOrDefault(terms, 0)) {
                wrong.add(count + " orders at KIS were called not placed or rejected, or are doubled: " + terms);
            }
        });
        hungUpAtTheReply = doubled.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Orders that are there because their caller, without a key, hung up in the moment in which the reply left: to the request of the
     * order, or to a repeat of it. What was asked after that is another.
     */
    private int doubledAtTheReply(Errand one) {
        return one.isKeyed() ? 0 : (int) placed(one).stream().filter(entry -> !one.numbers().contains(entry.path("order_no").asText()))
                .limit(one.givenUp().entrySet().stream().filter(left -> replied.containsKey(left.getKey())
                        && Duration.between(left.getValue(), replied.get(left.getKey())).abs().compareTo(MOMENT) < 0).count())
                .count();
    }

    private List<JsonNode> placed(Errand one) {
        return placed.getOrDefault(one.name(), List.of());
    }

    /** A cancellation that was told that nothing was left. */
    private void nothingLeft() {
        Map<String, Long> left = new HashMap<>();
        atKis.values().stream().filter(order -> order.kind() != Order.Kind.CANCEL)
                .forEach(order -> left.merge(root(order), order.remainingQuantity(), Long::sum));
        errands.stream().filter(one -> one.ends().contains(Errand.NOTHING_LEFT) && left.getOrDefault(target(one), 0L) > 0)
                .forEach(one -> wrong.add(one.name() + " was told that nothing is left of order " + target(one) + ", of which "
                        + left.get(target(one)) + " are open"));
    }

    /** One order to each errand, and one entry to each order. */
    private void entries() {
        for (Errand one : errands) {
            int meant = placed(one).size() - doubledAtTheReply(one);
            if (meant > 1) {
                wrong.add(one.name() + " became " + meant + " orders");
            }
        }
        placed.values().stream().flatMap(List::stream)
                .collect(Collectors.groupingBy(entry -> entry.path("order_no").asText(), TreeMap::new, Collectors.counting()))
                .forEach((number, count) -> {
                    if (count > 1) {
                        wrong.add(count + " entries for order " + number);
                    }
                });
    }

    /** The order that it all began with. */
    private String root(Order order) {
        Order first = order;
        while (!first.originalOrderNo().isEmpty()) {
            first = atKis.get(first.originalOrderNo());
        }
        return first.orderNo();
    }

    private static String target(Errand one) {
        return one.body() == null ? "" : one.body().replaceAll(".*\"order_no\":\"([0-9]+)\".*", "$1");
    }

    private boolean isWanted(Errand one, Order order) {
        boolean part = one.path().equals(OrderRig.CANCEL) && one.body().contains("quantity");
        return terms(one).equals(terms(order)) && (!part || order.quantity() == 1);
    }

    private static String terms(Errand one) {
        return one.path().equals(OrderRig.CANCEL) ? "cancel " + target(one)
                : one.path().equals(Callers.MODIFY) ? "modify " + target(one) : one.path() + " " + one.body();
    }

    private String terms(Order order) {
        return switch (order.kind()) {
            case CANCEL -> "cancel " + root(order);
            case AMEND -> "modify " + root(order);
            case NEW -> (order.side() == Order.Side.BUY ? OrderRig.BUY : OrderRig.SELL) + " "
                    + Callers.order(order.code(), (int) order.quantity(), order.type().equals("01") ? 0 : order.price(), order.exchange());
        };
    }
}
