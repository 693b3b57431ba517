package io.kisgateway.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The account's orders as KIS lists them. */
final class OrdersAtKis {

    private final KisQueries kis;
    private final KisObservations sightings;

    OrdersAtKis(KisQueries kis, KisObservations sightings) {
        this.kis = kis;
        this.sightings = sightings;
    }

    /** @param code of the stock, or null for all */
    CompletionStage<List<KisOrder>> on(LocalDate day, String code, Call call) {
        String date = DateTimeFormatter.BASIC_ISO_DATE.format(day);
        return kis.ask(KisQueries.ORDERS, call, Map.of("day", date, "code", code == null ? "" : code))
                .thenApply(reply -> rows(reply, day));
    }

    Call ownCall(String requestId) {
        return kis.ownCall(requestId);
    }

    private List<KisOrder> rows(JsonNode reply, LocalDate day) {
        JsonNode rows = reply.path("output1");
        if (!rows.isArray()) {
            if (rows.isMissingNode() || rows.isEmpty()) {
                return List.of();
            }
            throw Problem.of(ProblemCode.KIS_UNREADABLE, "KIS listed orders in a form that cannot be read");
        }
        List<KisOrder> orders = new ArrayList<>();
        rows.forEach(row -> orders.add(KisOrder.of(row)));
        sightings.listed(day, orders);
        return orders;
    }
}
