package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.kis.NoData;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The account's orders as KIS lists them. */
final class OrdersAtKis {

    /**
     * What KIS listed.
     *
     * @param unreadable how many rows more, which do not say what they must
     */
    record Listed(List<KisOrder> rows, int unreadable) { }

    private final KisQueries kis;
    private final KisObservations sightings;
    private final String exchanges;

    /** @param virtual whether KIS's virtual trading is asked, which knows one exchange only (facts 3.9) */
    OrdersAtKis(KisQueries kis, KisObservations sightings, boolean virtual) {
        this.kis = kis;
        this.sightings = sightings;
        this.exchanges = virtual ? "KRX" : "ALL";
    }

    /** @param code of the stock, or null for all */
    CompletionStage<Listed> on(LocalDate day, String code, Call call) {
        String date = DateTimeFormatter.BASIC_ISO_DATE.format(day);
        return kis.ask(KisQueries.ORDERS, call, Map.of("day", date, "code", code == null ? "" : code, "exchanges", exchanges))
                .thenApply(reply -> rows(reply, day));
    }

    Call ownCall(String requestId) {
        return kis.ownCall(requestId);
    }

    private Listed rows(JsonNode reply, LocalDate day) {
        JsonNode rows = reply.path("output1");
        boolean nothing = (rows.isMissingNode() || rows.isNull()) && NoData.isSaidBy(reply);
        if (!rows.isArray() && !nothing) {
            throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS listed orders in a form that cannot be read");
        }
        List<KisOrder> orders = new ArrayList<>();
        int unreadable = 0;
        for (JsonNode row : rows) {
            try {
                orders.add(KisOrder.of(row));
            } catch (Problem e) {
                unreadable++;
            }
        }
        sightings.listed(day, orders);
        return new Listed(orders, unreadable);
    }
}
