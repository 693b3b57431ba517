package io.kisgateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.simulator.Calls.Arrival;
import io.kisgateway.simulator.Holding;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.Order;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Http.Reply;
import io.kisgateway.testing.Rig;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good input gets exactly the shapes of the contract. */
class RepliesTest {

    @AutoClose
    private static final Rig rig = Rig.unlimited();
    private static final Http http = rig.http();

    @BeforeEach
    void reset() {
        rig.simulator().orders().setCash(100_000_000);
        rig.simulator().orders().setHoldings(List.of(new Holding("005930", 100, 71_250), new Holding("000660", 15, 412_000)));
        rig.simulator().halt("005930", false);
    }

    @Test
    void aStocksSnapshot() {
        Reply reply = http.post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}");

        assertSuccess(reply);
        JsonNode data = reply.at("/data");
        assertThat(names(data)).containsExactlyInAnyOrder("code", "name", "price", "high", "low", "open", "volume", "change",
                "change_rate", "per", "pbr", "eps", "bps", "market_cap", "tick_size", "halted");
        assertThat(data.at("/code").textValue()).isEqualTo("005930");
        for (String member : List.of("price", "high", "low", "open", "volume", "change", "market_cap", "tick_size")) {
            assertThat(data.get(member).isIntegralNumber()).as(member).isTrue();
        }
        for (String member : List.of("change_rate", "per", "pbr", "eps", "bps")) {
            assertThat(data.get(member).isNumber()).as(member).isTrue();
        }
        assertThat(data.at("/price").longValue()).isEqualTo(rig.simulator().market().price("005930"));
        assertThat(data.at("/tick_size").longValue()).isEqualTo(rig.simulator().market().tick("005930", data.at("/price").longValue()));
        assertThat(data.at("/halted").isBoolean()).isTrue();
    }

    @Test
    void anUnknownNameIsNullAndLearntOffTheRequestsPath() {
        String code = rig.simulator().market().codes().iterator().next();
        await().untilAsserted(
                () -> assertThat(http.post("/api/market-data/snapshot", "{\"stock_code\":\"" + code + "\"}").at("/data/name").textValue())
                        .isEqualTo(rig.simulator().market().name(code)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0001", "1001", "2001"})
    void anIndexSnapshot(String code) {
        Reply reply = http.post("/api/market-data/snapshot", "{\"stock_code\":\"" + code + "\",\"is_index\":true}");

        assertSuccess(reply);
        assertThat(names(reply.at("/data"))).containsExactlyInAnyOrder("code", "name", "price", "high", "low", "open", "volume",
                "change", "change_rate");
        assertThat(reply.at("/data/price").isNumber()).isTrue();
        assertThat(reply.at("/data/price").decimalValue()).isPositive();
    }

    @Test
    void aHaltedStockSaysSo() {
        rig.simulator().halt("005930", true);
        assertThat(http.post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}").at("/data/halted").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 30, 31, 100, 101, 250, 1000})
    void dailyPricesAreTheLastTradingDaysNewestFirst(int days) {
        Reply reply = http.post("/api/market-data/daily-prices", "{\"stock_code\":\"000660\",\"num_days_to_fetch\":" + days + "}");

        assertSuccess(reply);
        assertThat(reply.at("/data")).hasSize(days);
        LocalDate before = LocalDate.MAX;
        for (JsonNode row : reply.at("/data")) {
            assertThat(names(row)).containsExactlyInAnyOrder("date", "open", "high", "low", "close", "price", "volume");
            LocalDate date = LocalDate.parse(row.get("date").textValue());
            assertThat(date).isBefore(before);
            before = date;
            assertThat(row.get("close").isIntegralNumber()).isTrue();
            assertThat(row.get("price")).isEqualTo(row.get("close"));
            assertThat(row.get("low").longValue()).isPositive().isLessThanOrEqualTo(row.get("high").longValue());
        }
    }

    @Test
    void shortAndLongDailyPricesAgreeSoBothAreAdjusted() {
        for (String code : rig.simulator().market().codes()) {
            JsonNode brief = http.post("/api/market-data/daily-prices", body(code, 30)).at("/data");
            JsonNode longer = http.post("/api/market-data/daily-prices", body(code, 31)).at("/data");
            for (int i = 1; i < 30; i++) {
                assertThat(longer.get(i)).as(code).isEqualTo(brief.get(i));
            }
        }
    }

    @Test
    void thirtyDaysAreTheDefaultAndTheNumberMayBeAString() {
        assertThat(http.post("/api/market-data/daily-prices", "{\"stock_code\":\"005930\"}").at("/data")).hasSize(30);
        assertThat(http.post("/api/market-data/daily-prices", "{\"stock_code\":\"005930\",\"num_days_to_fetch\":\"7\"}").at("/data"))
                .hasSize(7);
    }

    @Test
    void indexesAreKnownByTheirCode() {
        Reply reply = http.post("/api/market-data/daily-prices", "{\"stock_code\":\"2001\",\"num_days_to_fetch\":120}");

        assertSuccess(reply);
        assertThat(reply.at("/data")).hasSize(120);
        assertThat(reply.at("/data/0/close").isNumber()).isTrue();
        assertThat(http.post("/api/market-data/daily-prices", "{\"stock_code\":\"0001\",\"is_index\":true}").at("/data")).hasSize(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/market-data/snapshot", "/api/market-data/daily-prices"})
    void anUnknownCodeIs404AndNeverZeros(String path) {
        Reply reply = http.post(path, "{\"stock_code\":\"999999\"}");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo("UNKNOWN_STOCK");
        assertThat(http.post("/api/market-data/daily-prices", body("999999", 300)).code()).isEqualTo("UNKNOWN_STOCK");
    }

    @Test
    void aMarketBuyChangesTheBalance() {
        JsonNode before = http.post("/api/account/balance", "{}").json();
        Reply reply = http.post("/api/trading/buy", "{\"stock_code\":\"035720\",\"quantity\":3}");

        assertSuccess(reply);
        JsonNode data = reply.at("/data");
        assertThat(names(data)).containsExactlyInAnyOrder("order_no", "organization_no", "ordered_at", "stock_code", "side", "quantity",
                "price", "type", "exchange");
        assertThat(reply.at("/order_no").textValue()).isEqualTo(data.get("order_no").textValue()).matches("[0-9]{10}");
        assertThat(data.get("side").textValue()).isEqualTo("buy");
        assertThat(data.get("type").textValue()).isEqualTo("market");
        assertThat(data.get("quantity").longValue()).isEqualTo(3);
        assertThat(data.get("price").longValue()).isZero();
        OffsetDateTime orderedAt = OffsetDateTime.parse(data.get("ordered_at").textValue());
        assertThat(orderedAt.getOffset()).isEqualTo(ZoneOffset.ofHours(9));
        Order order = rig.simulator().orders().find(reply.at("/order_no").textValue()).orElseThrow();
        assertThat(order.quantity()).isEqualTo(3);
        assertThat(order.time().toLocalTime().toSecondOfDay()).isEqualTo(orderedAt.toLocalTime().toSecondOfDay());

        JsonNode after = http.post("/api/account/balance", "").json();
        assertThat(quantity(after, "035720")).isEqualTo(quantity(before, "035720") + 3);
    }

    @Test
    void aLimitSellTakesDigitsInStrings() {
        long price = rig.simulator().market().upperLimit("005930");
        Reply reply = http.post("/api/trading/sell", "{\"stock_code\":\"005930\",\"quantity\":\"2\",\"price\":\"" + price + "\"}");

        assertSuccess(reply);
        assertThat(reply.at("/data/type").textValue()).isEqualTo("limit");
        assertThat(reply.at("/data/side").textValue()).isEqualTo("sell");
        assertThat(reply.at("/data/price").longValue()).isEqualTo(price);
        Order order = rig.simulator().orders().find(reply.at("/order_no").textValue()).orElseThrow();
        assertThat(order.price()).isEqualTo(price);
        assertThat(order.type()).isEqualTo("00");
    }

    @Test
    void anOrderThatKisRejectsIsNotPlaced() {
        Reply reply = http.post("/api/trading/sell", "{\"stock_code\":\"005930\",\"quantity\":999999}");

        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.code()).isEqualTo("KIS_REJECTED");
        assertThat(reply.at("/outcome").textValue()).isEqualTo("not_placed");
        assertThat(reply.at("/kis/msg_cd").textValue()).isEqualTo("APBK0400");
        assertThat(reply.at("/kis/msg1").textValue()).isNotBlank().doesNotEndWith(" ");
    }

    @Test
    void theBalanceHasEveryPageAndNoSoldOutRow() {
        List<Holding> holdings = new ArrayList<>();
        for (String code : rig.simulator().market().codes()) {
            holdings.add(new Holding(code, 5, 1234));
        }
        rig.simulator().orders().setHoldings(holdings);
        Reply reply = http.post("/api/account/balance", "{}");

        assertSuccess(reply);
        assertThat(names(reply.json())).contains("success", "data", "summary", "response_time");
        assertThat(reply.at("/data")).hasSize((int) holdings.stream().filter(holding -> holding.quantity() > 0).count());
        assertThat(names(reply.at("/data/0"))).containsExactlyInAnyOrder("code", "name", "quantity", "orderable_quantity", "avg_price",
                "current_price", "purchase_amount", "value", "profit_loss", "profit_loss_rate");
        assertThat(names(reply.at("/summary"))).containsExactlyInAnyOrder("cash", "cash_d1", "cash_d2", "stock_value", "total_value",
                "net_asset", "purchase_amount", "profit_loss");
        reply.at("/summary").forEach(value -> assertThat(value.isIntegralNumber()).isTrue());
    }

    @Test
    void anEmptyAccountIsAnEmptyList() {
        rig.simulator().orders().setHoldings(List.of());
        Reply reply = http.post("/api/account/balance", "{}");

        assertSuccess(reply);
        assertThat(reply.at("/data").isArray()).isTrue();
        assertThat(reply.at("/data")).isEmpty();
    }

    @Test
    void noHeaderOfTheCallerReachesKisAndNothingOfKisReachesTheCaller() {
        rig.simulator().calls().clear();
        Reply reply = http.post("/api/market-data/snapshot?Authorization=x&appkey=y", "{\"stock_code\":\"005930\"}",
                "Authorization", "Bearer the-callers-own", "X-Custom", "1", "Cookie", "a=b", "tr_id", "EVIL", "CamelHttpUri", "http://x/");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.at("/field").textValue()).isEqualTo("Authorization");

        Reply good = http.post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}",
                "Authorization", "Bearer the-callers-own", "X-Custom", "1", "Cookie", "a=b", "tr_id", "EVIL", "CamelHttpUri", "http://x/");
        assertSuccess(good);
        Arrival arrival = rig.simulator().calls().on("inquire-price").get(0);
        assertThat(arrival.trId()).isEqualTo("FHKST01010100");
        assertThat(arrival.headers()).doesNotContain("x-custom", "cookie", "camelhttpuri", "x-request-id");
        assertThat(new TreeSet<>(good.headers().map().keySet())).isSubsetOf("x-request-id", "cache-control", "content-type",
                "content-length", "ratelimit-policy", "ratelimit", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset",
                "x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-resource-policy", "content-security-policy");
        assertThat(good.text() + good.headers().map()).doesNotContain("the-callers-own",
                rig.simulator().options().credentials().appSecret(), rig.simulator().options().credentials().appKey(), "Bearer");
    }

    @Test
    void mockModeServesTheSameFromVirtualTrading() {
        try (Rig mock = Rig.start(options -> options, Mode.VIRTUAL, "KIS_ACCOUNT_RATE", "1000/second", "RATE_LIMIT", "1000/second")) {
            assertSuccess(mock.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}"));
            Reply index = mock.http().post("/api/market-data/snapshot", "{\"stock_code\":\"0001\",\"is_index\":true}");
            assertSuccess(index);
            assertThat(index.at("/data/price").decimalValue()).isPositive();
            assertThat(mock.simulator().calls().on("inquire-index-price")).isEmpty();
            assertSuccess(mock.http().post("/api/account/balance", "{}"));
            assertSuccess(mock.http().post("/api/market-data/daily-prices", body("005930", 200)));
            assertSuccess(mock.http().post("/api/trading/buy", "{\"stock_code\":\"005930\",\"quantity\":1}"));
            Reply rejected = mock.http().post("/api/trading/sell", "{\"stock_code\":\"207940\",\"quantity\":9999}");
            assertThat(rejected.code()).isEqualTo("KIS_REJECTED");
            assertThat(rejected.at("/kis/msg_cd").textValue()).isEqualTo("40240000");
            assertThat(mock.simulator().calls().byTrId().keySet()).contains("VTTC0012U", "VTTC0011U", "VTTC8434R");
        }
    }

    private static String body(String code, int days) {
        return "{\"stock_code\":\"" + code + "\",\"num_days_to_fetch\":" + days + "}";
    }

    private static long quantity(JsonNode balance, String code) {
        for (JsonNode row : balance.get("data")) {
            if (row.get("code").textValue().equals(code)) {
                return row.get("quantity").longValue();
            }
        }
        return 0;
    }

    private static void assertSuccess(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.at("/success").booleanValue()).isTrue();
        assertThat(reply.at("/response_time").isNumber()).isTrue();
        assertThat(reply.at("/response_time").decimalValue()).isBetween(BigDecimal.ZERO, BigDecimal.valueOf(60));
        assertThat(reply.header("X-Request-Id")).isNotBlank();
    }

    private static TreeSet<String> names(JsonNode node) {
        TreeSet<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
