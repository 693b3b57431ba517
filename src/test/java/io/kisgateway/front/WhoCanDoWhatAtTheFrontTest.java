package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.access.TestClients;
import io.kisgateway.call.Scope;
import io.kisgateway.testing.ScopeTable;
import io.kisgateway.testing.ScopeTable.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line for clients of KIS in docs/security.md, with every kind of pair. */
class WhoCanDoWhatAtTheFrontTest {

    private static final String NOT_ALLOWED = "EGW00206";

    @TempDir
    static Path folder;
    private static Map<Scope, String> keys;
    private static String expired;
    @AutoClose
    private static FrontRig rig;
    private static int number;

    static List<Row> rows() {
        return ScopeTable.of("front");
    }

    @BeforeAll
    static void start() throws Exception {
        TestClients clients = new TestClients();
        keys = ScopeTable.keys(clients::add);
        expired = clients.add("late", " until 2020-01-01", "may: [" + Scope.all() + "]");
        rig = new FrontRig(folder, Map.of("CLIENTS_FILE", clients.write().toString(), "TRUSTED_PROXIES", "127.0.0.1"));
    }

    private static FrontRig.Reply ask(Row row, String appKey, String secret) {
        boolean oauth = row.word(1).startsWith("/oauth2");
        Map<String, String> headers = FrontRig.headers(row.word(2).isEmpty() ? null : row.word(2));
        headers.put("appkey", appKey);
        headers.put("appsecret", secret);
        // From another address each time: nobody is slowed down.
        headers.put("X-Forwarded-For", "10.0." + number / 250 + "." + number++ % 250);
        headers.put("Content-Type", "application/json");
        String order = FrontRig.order("005930", 1, rig.kis.market().lowerLimit("005930"));
        String body = row.word(0).equals("GET") ? null
                : oauth ? "{\"grant_type\":\"client_credentials\",\"appkey\":\"" + appKey + "\",\"appsecret\":\"" + secret + "\"}"
                : row.word(3).isEmpty() ? order
                : order.replaceFirst("}$", ", \"ORGN_ODNO\": \"0000000001\", \"QTY_ALL_ORD_YN\": \"Y\", \"RVSE_CNCL_DVSN_CD\": \""
                        + row.word(3) + "\"}");
        return rig.send(FrontRig.request(row.word(0), row.word(1), headers, body));
    }

    private static String code(FrontRig.Reply reply) {
        return reply.code().isEmpty() ? String.valueOf(reply.member("error_code")) : reply.code();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isAsTheTableSays(Row row) {
        boolean oauth = row.word(1).startsWith("/oauth2");
        String operation = row.word(1).substring(row.word(1).lastIndexOf('/') + 1);
        int before = rig.kis.calls().on(operation).size();
        assertThat(code(ask(row, "", ""))).as("%s without a pair", row).isEqualTo("EGW00102");
        assertThat(code(ask(row, "nobody", keys.get(Scope.ADMIN)))).as("%s by nobody", row).isEqualTo("EGW00103");
        for (String secret : new String[] {"kisgw_buy_" + "x".repeat(43), keys.get(Scope.SELL)}) {
            assertThat(code(ask(row, "buy", secret))).as("%s with a wrong key", row).isEqualTo(oauth ? "EGW00105" : "EGW00304");
        }
        assertThat(code(ask(row, "late", expired))).as("%s with an expired key", row).isEqualTo(oauth ? "EGW00105" : "EGW00304");
        assertThat(rig.kis.calls().on(operation)).as("%s at KIS", row).hasSize(before);
        for (Scope scope : Scope.values()) {
            FrontRig.Reply reply = ask(row, scope.toString().replace(':', '-'), keys.get(scope));
            if (row.allows(scope)) {
                assertThat(code(reply)).as("%s with %s: %s", row, scope, reply.body()).isNotIn(NOT_ALLOWED, "EGW00103", "EGW00105",
                        "EGW00304");
            } else {
                assertThat(code(reply)).as("%s with %s: %s", row, scope, reply.body()).isEqualTo(NOT_ALLOWED);
            }
        }
    }

    @Test
    void theTableIsThere() {
        assertThat(rows()).hasSizeGreaterThan(10);
    }
}
