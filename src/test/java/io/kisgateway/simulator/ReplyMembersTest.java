package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.runtime.KisOperation;
import io.kisgateway.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code kis/replies.tsv}, by which the check of routes finds misspelt members, is what the simulator sends. */
class ReplyMembersTest {

    private static final int NOT_PLAYED = 404;
    private static final Path TABLE = Path.of("src/main/resources/kis/replies.tsv");
    private static final Set<String> ENVELOPE = Set.of("rt_cd", "msg_cd", "msg1", "output", "output1", "output2");
    private static final Map<String, String> VALUES = new TreeMap<>(Map.ofEntries(
            Map.entry("FID_COND_MRKT_DIV_CODE", "J"), Map.entry("FID_INPUT_ISCD", "005930"), Map.entry("FID_PERIOD_DIV_CODE", "D"),
            Map.entry("FID_ORG_ADJ_PRC", "0"), Map.entry("FID_INPUT_DATE_1", "20261101"), Map.entry("FID_INPUT_DATE_2", "20261120"),
            Map.entry("FID_INPUT_HOUR_1", "140000"), Map.entry("FID_PW_DATA_INCU_YN", "N"), Map.entry("BASS_DT", "20261123"),
            Map.entry("PDNO", "005930"), Map.entry("PRDT_TYPE_CD", "300"), Map.entry("EXCD", "NAS"), Map.entry("SYMB", "AAPL"),
            Map.entry("OVRS_EXCG_CD", "NASD"), Map.entry("TR_CRCY_CD", "USD"), Map.entry("ORD_UNPR", "0"), Map.entry("ORD_DVSN", "01"),
            Map.entry("CMA_EVLU_AMT_ICLD_YN", "N"), Map.entry("OVRS_ICLD_YN", "N"), Map.entry("INQR_DVSN_1", "0"),
            Map.entry("INQR_DVSN_2", "0")));

    @Test
    void theTableHoldsTheMembersOfEachReply() throws IOException {
        try (Simulator simulator = Simulator.start(SimulatorOptions.builder().clock(TestClock.at("2026-11-23T14:00:00"))
                .rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).build())) {
            KisClient client = KisClient.loggedIn(simulator);
            assertThat(client.buy("035720", 3, simulator.market().lowerLimit("035720")).rtCd()).isEqualTo("0");
            Map<String, Set<String>> sent = new TreeMap<>();
            for (KisOperation offer : KisOperation.all()) {
                // Nothing is reserved here; orders have replies of their own form.
                if (!offer.order() && !offer.path().endsWith("/order-resv-ccnl")) {
                    KisClient.Answer answer = ask(client, offer);
                    if (answer.status() != NOT_PLAYED) {
                        assertThat(answer.rtCd()).as("%s: %s", offer, answer.body()).isEqualTo("0");
                        Set<String> members = new TreeSet<>();
                        collect(answer.json(), members);
                        offer.realIds().forEach(id -> sent.put(id, members));
                    }
                }
            }
            StringBuilder table =
                    new StringBuilder("# Members of what KIS replies, as the simulator sends it: TR ids of real trading, names.\n");
            sent.forEach((id, members) -> table.append(id).append('\t').append(String.join(" ", members)).append('\n'));
            Files.writeString(Files.createDirectories(Path.of("target")).resolve("replies.tsv"), table);
            assertThat(Files.readString(TABLE)).as("target/replies.tsv holds what it should be").isEqualTo(table.toString());
        }
    }

    private static KisClient.Answer ask(KisClient client, KisOperation offer) {
        Map<String, String> query = new LinkedHashMap<>();
        Trading.needed(offer).forEach(name -> query.put(name, VALUES.getOrDefault(name, "")));
        String operation = offer.path().substring(offer.path().lastIndexOf('/') + 1);
        if (Set.of("inquire-index-price", "inquire-daily-indexchartprice").contains(operation)) {
            query.putAll(Map.of("FID_COND_MRKT_DIV_CODE", "U", "FID_INPUT_ISCD", "0001"));
        } else if (operation.equals("inquire-time-dailychartprice")) {
            query.put("FID_INPUT_DATE_1", "20261120");
        } else if (offer.realIds().contains("TTTC8434R")) {
            query.putAll(client.balanceQuery());
        } else if (operation.equals("inquire-daily-ccld")) {
            query.putAll(client.ordersQuery("20261123", "20261123"));
        }
        query.replaceAll((name, value) -> client.account().getOrDefault(name, value));
        // Facts 3.0: ids of what is older than three months come first.
        String trId = offer.realIds().stream().filter(id -> !id.startsWith("CTSC9")).findFirst().orElse("");
        return client.send(client.request(offer.path() + "?" + joined(query)).header("tr_id", trId).GET());
    }

    private static String joined(Map<String, String> query) {
        return String.join("&", query.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList());
    }

    private static void collect(JsonNode node, Set<String> members) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, members));
        }
        node.properties().forEach(member -> {
            if (!ENVELOPE.contains(member.getKey()) && !member.getKey().startsWith("ctx_area")) {
                members.add(member.getKey());
            }
            collect(member.getValue(), members);
        });
    }
}
