package io.kisgateway.simulator;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What the quotation operations share: whose price is asked for, and what is said to a parameter that is none. */
record Quoting(Market market, Envelope envelope, InstantSource clock) {

    private static final Set<String> MARKETS = Set.of("J", "NX", "UN", "W");

    Market.Quote quote(Issue issue) {
        return market.quote(issue, clock.instant());
    }

    Reply quoted(KisCall call, Function<Optional<Issue>, Reply> answer) {
        if (!MARKETS.contains(call.get("FID_COND_MRKT_DIV_CODE"))) {
            return envelope.failure(call.trId(), "OPSQ2001");
        }
        return answer.apply(market.stock(call.get("FID_INPUT_ISCD")));
    }

    /** A head and rows; of a code that nobody knows an empty one, and none. */
    Reply charted(KisCall call, Function<Market.Quote, Fields> head, Function<Issue, List<Fields>> rows) {
        return quoted(call, issue -> done(call, new Fields()
                .with("output1", issue.map(this::quote).map(head).orElseGet(() -> new Fields()))
                .with("output2", issue.map(rows).orElse(List.of()))));
    }

    Reply done(KisCall call, Fields outputs) {
        return envelope.success(call.trId(), "MCA00000", "", outputs);
    }

    Reply invalid(KisCall call, String field) {
        return envelope.invalid(call, field);
    }
}
