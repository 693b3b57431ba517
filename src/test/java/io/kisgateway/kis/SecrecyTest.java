package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.kisgateway.kis.Fixture.Result;
import io.kisgateway.kis.StubKis.Answer;
import io.kisgateway.kis.StubKis.Request;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.ObjectName;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Nothing of the caller's reaches KIS, and nothing secret reaches a caller, a log or a management view. */
class SecrecyTest {

    private static final String TOKEN = "token-value-never-to-be-seen";
    private static final String[] SECRETS = {TOKEN, Fixture.KEY, Fixture.SECRET, Fixture.ACCOUNT};
    private static final Map<String, Object> STOCK = Map.of("stock_code", "005930", "quantity", 1, "num_days_to_fetch", 3);
    private static final String[] QUERIES = {"direct:stock-snapshot", "direct:account-balance", "direct:stock-daily-prices-long"};

    private StubKis kis;
    private Fixture gateway;

    @BeforeEach
    void start() {
        kis = new StubKis();
        kis.token(request -> StubKis.token(TOKEN));
        kis.reply(request -> Answer.json(200, reply(request)).header("tr_cont", "M")
                .header("authorization", "Bearer " + TOKEN).header("appsecret", Fixture.SECRET)
                .header("x-of-kis", "of KIS").header("tr_id", "T").header("gt_uid", "G"));
        gateway = new Fixture(kis.url(), options -> {
            options.hurry = true;
            options.jmx = true;
        });
    }

    @AfterEach
    void stop() {
        gateway.close();
        kis.close();
    }

    /** Of the balance two pages, whose positions name the account as KIS's do. */
    private static String reply(Request request) {
        if (request.method().equals("POST")) {
            return StubKis.ORDERED;
        }
        String position = "";
        if (request.path().endsWith("balance")) {
            String next = request.header("tr_cont").isEmpty() ? Fixture.ACCOUNT : "";
            position = "\"ctx_area_fk100\":\"" + Fixture.ACCOUNT + "^01^N\",\"ctx_area_nk100\":\"" + next + "\",";
        }
        return "{\"rt_cd\":\"0\"," + position
                + "\"output\":{\"stck_prpr\":\"1\"},\"output1\":[],\"output2\":[{\"stck_bsop_date\":\"20261123\"}]}";
    }

    private List<Result> everything() {
        List<Result> results = new ArrayList<>();
        for (String query : QUERIES) {
            results.add(gateway.send(query, STOCK));
        }
        results.add(gateway.order("direct:trading-buy", STOCK));
        return results;
    }

    @Test
    void theCallerGetsNoHeaderOfKisAndNoneOfItsOwnBack() {
        for (Result result : everything()) {
            result.reply();
            assertThat(result.exchange().getMessage().getHeaders()).isEmpty();
            assertThat(result.exchange().getProperties().toString()).doesNotContain(SECRETS);
            assertThat(result.body().toString()).doesNotContain(SECRETS);
        }
    }

    @Test
    void kisGetsNothingOfTheCallers() {
        everything();
        for (Request request : kis.requests()) {
            assertThat(request.toString()).doesNotContainIgnoringCase("inbound").doesNotContain("the-callers-own");
            assertThat(request.path()).startsWith("/uapi/domestic-stock/v1/");
            assertThat(request.headers().keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)))
                    .isSubsetOf("authorization", "appkey", "appsecret", "tr_id", "tr_cont", "custtype", "content-type",
                            "content-length", "host", "connection", "user-agent", "accept-encoding");
            assertThat(request.header("authorization")).isEqualTo("Bearer " + TOKEN);
            assertThat(request.header("appkey")).isEqualTo(Fixture.KEY);
            assertThat(request.header("appsecret")).isEqualTo(Fixture.SECRET);
            assertThat(request.header("content-type")).isEqualTo("application/json; charset=utf-8");
            assertThat(request.header("custtype")).isEqualTo("P");
        }
        assertThat(kis.tokenRequests()).hasSize(1)
                .allSatisfy(request -> assertThat(request.headers().keySet()).noneMatch(name -> name.equalsIgnoreCase("appsecret")));
    }

    @Test
    void theAccountGoesOnlyWithOperationsOfTheAccount() {
        everything();
        assertThat(kis.requests()).hasSize(5);
        for (Request request : kis.requests()) {
            boolean ledger = request.path().contains("/trading/");
            assertThat((request.query() + request.body()).contains(Fixture.ACCOUNT)).isEqualTo(ledger);
        }
    }

    @Test
    void noLogHoldsASecretAtAnyLevel() {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        List<String> lines = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> recorder = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                IThrowableProxy thrown = event.getThrowableProxy();
                lines.add(event.getLoggerName() + " " + event.getFormattedMessage()
                        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
            }
        };
        recorder.setContext(loggers);
        recorder.start();
        Level level = root.getLevel();
        List<Appender<ILoggingEvent>> usual = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(usual::add);
        usual.forEach(root::detachAppender);
        root.addAppender(recorder);
        root.setLevel(Level.TRACE);
        try (Fixture verbose = new Fixture(kis.url(), options -> options.hurry = true)) {
            for (String query : QUERIES) {
                verbose.send(query, STOCK);
            }
            verbose.order("direct:trading-buy", STOCK);
            kis.reply(request -> StubKis.error(500, "1", "EGW00121"));
            verbose.send("direct:account-balance", STOCK);
            kis.reply(request -> Answer.json(500, "<html>" + request.query() + "</html>"));
            verbose.send("direct:account-balance", STOCK);
            verbose.order("direct:trading-buy", STOCK);
        } finally {
            root.setLevel(level);
            root.detachAppender(recorder);
            usual.forEach(root::addAppender);
        }
        assertThat(lines).hasSizeGreaterThan(500);
        assertThat(lines).anyMatch(line -> line.contains("org.apache.hc.client5.http"));
        assertThat(lines).filteredOn(line -> line.contains(TOKEN) || line.contains(Fixture.KEY)
                || line.contains(Fixture.SECRET) || line.contains(Fixture.ACCOUNT)).isEmpty();
    }

    @Test
    void noManagementViewHoldsASecret() throws Exception {
        everything();
        StringBuilder seen = new StringBuilder();
        var server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            seen.append(name);
            for (var attribute : server.getMBeanInfo(name).getAttributes()) {
                if (attribute.isReadable()) {
                    seen.append(server.getAttribute(name, attribute.getName()));
                }
            }
        }
        assertThat(seen.toString()).contains("inquire-balance").doesNotContain(SECRETS);
    }

    @Test
    void noTextMadeFromAnObjectHoldsASecret() {
        KisCredentials credentials = new KisCredentials(Fixture.KEY, Fixture.SECRET, Fixture.ACCOUNT, "01");
        Token token = new Token(TOKEN, gateway.clock.instant(), gateway.clock.instant());
        assertThat(credentials + " " + token).doesNotContain(SECRETS);
    }

    @Test
    void theRequestToKisIsNoHeaderOfTheRouteEither() throws Exception {
        List<Map<String, Object>> seen = new CopyOnWriteArrayList<>();
        gateway.context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof CamelEvent.ExchangeEvent of) {
                    Exchange exchange = of.getExchange();
                    seen.add(Map.copyOf(exchange.getMessage().getHeaders()));
                    if (exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE) == null) {
                        seen.add(Map.of("body", String.valueOf(exchange.getMessage().getBody(String.class))));
                    }
                }
            }
        });
        everything();
        assertThat(seen).isNotEmpty();
        assertThat(seen.toString()).contains(KisHttp.ATTEMPT).doesNotContain("FHKST01010100").doesNotContain(SECRETS);
    }
}
