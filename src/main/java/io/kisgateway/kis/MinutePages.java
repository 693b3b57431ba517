package io.kisgateway.kis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.kis.KisOutcome.Success;
import io.kisgateway.runtime.KoreanTime;
import java.time.LocalTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Bars of one day, newest first: KIS gives so many up to a time of day, which walks back until there are no older ones of that day. */
final class MinutePages implements Pages {

    private static final String TO = "FID_INPUT_HOUR_1";
    private static final String DAY = "FID_INPUT_DATE_1";
    private static final String ROW_DAY = "stck_bsop_date";
    private static final String ROW_TIME = "stck_cntg_hour";
    /** A whole day of a minute each, in pages of 100. */
    private static final int MOST = 15;

    /** Null until the first row tells. */
    private String day;
    private final Set<String> seen = new HashSet<>();
    private final WalkedRows walked = new WalkedRows(TO, MOST, ROW_DAY, ROW_TIME);

    MinutePages(TrCall call) {
        this.day = call.parameters().get(DAY);
    }

    @Override
    public Optional<TrCall> next(TrCall asked, Success page) {
        String oldest = null;
        boolean another = false;
        for (JsonNode row : walked.take(page)) {
            String time = KisMessages.text(row, ROW_TIME);
            day = day == null ? KisMessages.text(row, ROW_DAY) : day;
            if (!day.equals(KisMessages.text(row, ROW_DAY))) {
                another = true;
            } else if (seen.add(time)) {
                walked.add(row);
                oldest = oldest == null || time.compareTo(oldest) < 0 ? time : oldest;
            }
        }
        if (oldest == null || another) {
            return Optional.empty();
        }
        return walked.before(asked, LocalTime.parse(oldest, KoreanTime.TIME).minusMinutes(1).format(KoreanTime.TIME));
    }

    @Override
    public ObjectNode merged() {
        return walked.merged();
    }
}
