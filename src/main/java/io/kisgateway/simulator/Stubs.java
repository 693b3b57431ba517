package io.kisgateway.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.Resources;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Replies for operations nobody plays: well-formed, of no meaning, and saying so. What looks like an order is kept. */
public final class Stubs {

    private static final String SAYS_SO = "시뮬레이터의 견본 응답입니다 (simulator stub)";

    /** All names that operations have for what they answer; which one has which is not kept, but which are no lists. */
    private static final List<String> OUTPUTS = List.of("output", "output1", "output2", "output3", "output4", "outblock1");
    private static final Pattern PAGE_KEY = Pattern.compile("CTX_AREA_[FN]K([0-9]*)");

    private final Envelope envelope;
    private final Mode mode;
    private final InstantSource clock;
    private final OrderBook book;
    private final int most;
    private final Map<String, List<String>> objects = Resources.table("/simulator/objects.tsv", "\t").stream()
            .collect(Collectors.toMap(cells -> "/uapi/" + cells[0], cells -> List.of(cells[1].split(" "))));
    private final Deque<Taken> taken = new ArrayDeque<>();

    Stubs(Envelope envelope, OrderBook book, SimulatorOptions options) {
        this.envelope = envelope;
        this.mode = options.mode();
        this.clock = options.clock();
        this.book = book;
        this.most = options.maxOrders();
    }

    /** A request that KIS would have taken for an order; {@code number} is what it was answered with. */
    public record Taken(String trId, String path, @JsonProperty("odno") String number) {}

    Reply answer(KisCall call, String path, boolean post) {
        return post ? order(call, path) : query(call, path);
    }

    /** An account has nothing: clients make something of each row, and stop at one that is none. */
    private Reply query(KisCall call, String path) {
        Fields outputs = new Fields();
        List<Matcher> pageKeys = call.params().keySet().stream().map(PAGE_KEY::matcher).filter(Matcher::matches).toList();
        pageKeys.forEach(key -> outputs.with(key.group().toLowerCase(Locale.ROOT),
                Texts.padded("", key.group(1).isEmpty() ? 20 : Integer.parseInt(key.group(1)))));
        String head = !call.params().containsKey("INDEX_KEY") ? ""
                : path.substring(path.lastIndexOf('/')).contains("opt") ? "output1" : "output2";
        for (String output : OUTPUTS) {
            Fields row = new Fields().with("stub", "Y").with("tr_id", call.trId());
            if (output.equals(head)) {
                row.with("index_key", "");
            }
            if (objects.getOrDefault(path, List.of()).contains(output) || output.equals(head)) {
                outputs.with(output, row);
            } else {
                outputs.with(output, path.contains("/trading/") ? List.of() : List.of(row));
            }
        }
        return stub(call, mode == Mode.REAL ? "MCA00000" : "20310000", pageKeys.isEmpty() ? "" : "D", outputs);
    }

    private Reply order(KisCall call, String path) {
        Instant now = clock.instant();
        String number = book.nextNumber();
        remember(new Taken(call.trId(), path, number));
        Fields output = new Fields().with("stub", "Y");
        if (path.contains("order-resv")) {
            output.with("OVRS_RSVN_ODNO", number).with("ODNO", number).with("RSVN_ORD_RCIT_DT",
                    Texts.date(KoreanTime.date(now)));
        } else if (path.contains("overseas-futureoption")) {
            output.with("ORD_DT", Texts.date(KoreanTime.date(now))).with("ODNO", number.substring(2));
        } else {
            output.with("KRX_FWDG_ORD_ORGNO", Trading.organization(mode)).with("ODNO", number)
                    .with("ORD_TMD", Texts.time(now));
        }
        return stub(call, mode == Mode.REAL ? "APBK0013" : "40600000", "", new Fields().with("output", output));
    }

    private Reply stub(KisCall call, String code, String trCont, Fields outputs) {
        return envelope.success(call.trId(), code, trCont, SAYS_SO, outputs);
    }

    private synchronized void remember(Taken order) {
        taken.addLast(order);
        if (taken.size() > most) {
            taken.removeFirst();
        }
    }

    /** What was answered like an order, oldest first. */
    public synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    synchronized void reset() {
        taken.clear();
    }
}
