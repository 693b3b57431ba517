package io.kisgateway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A plain client of the simulator, as a user's would be: everything over HTTP. */
final class KisClient {

    static final String BASE = "/uapi/domestic-stock/v1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Simulator simulator;
    private final Map<String, String> headers = new TreeMap<>();

    KisClient(Simulator simulator) {
        this.simulator = simulator;
        Credentials credentials = simulator.options().credentials();
        headers.put("content-type", "application/json; charset=utf-8");
        headers.put("appkey", credentials.appKey());
        headers.put("appsecret", credentials.appSecret());
        headers.put("custtype", "P");
    }

    static KisClient loggedIn(Simulator simulator) {
        KisClient client = new KisClient(simulator);
        client.bearer(client.token().json().path("access_token").asText());
        return client;
    }

    KisClient bearer(String token) {
        headers.put("authorization", "Bearer " + token);
        return this;
    }

    KisClient header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    KisClient without(String name) {
        headers.remove(name);
        return this;
    }

    record Answer(int status, String body, Map<String, String> headers) {

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String msgCd() {
            return json().path("msg_cd").asText();
        }

        String rtCd() {
            return json().path("rt_cd").asText();
        }

        String msg1() {
            return json().path("msg1").asText();
        }

        JsonNode output() {
            return json().path("output");
        }

        /** Status, rt_cd and msg_cd in one, for short assertions. */
        String summary() {
            return status + " " + rtCd() + " " + msgCd();
        }
    }

    Answer token() {
        return token(simulator.options().credentials());
    }

    Answer token(Credentials credentials) {
        return post("/oauth2/tokenP", Map.of("grant_type", "client_credentials", "appkey", credentials.appKey(),
                "appsecret", credentials.appSecret()));
    }

    Answer get(String path, String trId, Map<String, String> query) {
        return get(path, trId, query, "");
    }

    Answer get(String path, String trId, Map<String, String> query, String trCont) {
        String joined = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(BASE + path + "?" + joined).header("tr_id", trId).header("tr_cont", trCont).GET());
    }

    Answer order(String trId, Map<String, String> body) {
        return post(BASE + "/trading/order-cash", trId, json(body));
    }

    Answer buy(String code, long quantity, long price) {
        return order(simulator.options().mode() == Mode.REAL ? "TTTC0012U" : "VTTC0012U",
                orderBody(code, quantity, price));
    }

    Answer sell(String code, long quantity, long price) {
        return order(simulator.options().mode() == Mode.REAL ? "TTTC0011U" : "VTTC0011U",
                orderBody(code, quantity, price));
    }

    Map<String, String> account() {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("CANO", simulator.options().credentials().accountNumber());
        body.put("ACNT_PRDT_CD", simulator.options().credentials().productCode());
        return body;
    }

    Map<String, String> orderBody(String code, long quantity, long price) {
        Map<String, String> body = account();
        body.put("PDNO", code);
        body.put("ORD_DVSN", price == 0 ? "01" : "00");
        body.put("ORD_QTY", Long.toString(quantity));
        body.put("ORD_UNPR", Long.toString(price));
        body.put("EXCG_ID_DVSN_CD", "KRX");
        body.put("SLL_TYPE", "");
        body.put("CNDT_PRIC", "");
        return body;
    }

    Answer change(String what, String orderNo, String quantity, String price, String all) {
        Map<String, String> body = account();
        body.put("KRX_FWDG_ORD_ORGNO", "91252");
        body.put("ORGN_ODNO", orderNo);
        body.put("ORD_DVSN", "00");
        body.put("RVSE_CNCL_DVSN_CD", what);
        body.put("ORD_QTY", quantity);
        body.put("ORD_UNPR", price);
        body.put("QTY_ALL_ORD_YN", all);
        body.put("EXCG_ID_DVSN_CD", "KRX");
        return post(BASE + "/trading/order-rvsecncl",
                simulator.options().mode() == Mode.REAL ? "TTTC0013U" : "VTTC0013U", json(body));
    }

    Answer cancelAll(String orderNo) {
        return change("02", orderNo, "0", "0", "Y");
    }

    Map<String, String> balanceQuery() {
        Map<String, String> query = account();
        query.put("AFHR_FLPR_YN", "N");
        query.put("OFL_YN", "");
        query.put("INQR_DVSN", "02");
        query.put("UNPR_DVSN", "01");
        query.put("FUND_STTL_ICLD_YN", "N");
        query.put("FNCG_AMT_AUTO_RDPT_YN", "N");
        query.put("PRCS_DVSN", "00");
        query.put("CTX_AREA_FK100", "");
        query.put("CTX_AREA_NK100", "");
        return query;
    }

    Answer balance() {
        return get("/trading/inquire-balance", simulator.options().mode() == Mode.REAL ? "TTTC8434R" : "VTTC8434R",
                balanceQuery());
    }

    Map<String, String> ordersQuery(String from, String to) {
        Map<String, String> query = account();
        query.put("INQR_STRT_DT", from);
        query.put("INQR_END_DT", to);
        query.put("SLL_BUY_DVSN_CD", "00");
        query.put("PDNO", "");
        query.put("CCLD_DVSN", "00");
        query.put("INQR_DVSN", "00");
        query.put("INQR_DVSN_3", "00");
        query.put("ORD_GNO_BRNO", "");
        query.put("ODNO", "");
        query.put("INQR_DVSN_1", "");
        query.put("CTX_AREA_FK100", "");
        query.put("CTX_AREA_NK100", "");
        query.put("EXCG_ID_DVSN_CD", "KRX");
        return query;
    }

    Answer orders(String date) {
        return get("/trading/inquire-daily-ccld", simulator.options().mode() == Mode.REAL ? "TTTC0081R" : "VTTC0081R",
                ordersQuery(date, date));
    }

    Answer price(String code) {
        return get("/quotations/inquire-price", "FHKST01010100",
                Map.of("FID_COND_MRKT_DIV_CODE", "J", "FID_INPUT_ISCD", code));
    }

    Answer post(String path, Map<String, String> body) {
        return send(request(path).POST(BodyPublishers.ofString(json(body))));
    }

    Answer post(String path, String trId, String body) {
        return send(request(path).header("tr_id", trId).POST(BodyPublishers.ofString(body)));
    }

    Answer postChunked(String path, String trId, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return send(request(path).header("tr_id", trId).POST(
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));
    }

    Answer admin(String method, String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(simulator.adminUrl() + path))
                .method(method, BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                .timeout(Duration.ofSeconds(20));
        headers.forEach(request::header);
        return request;
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            Map<String, String> answered = new TreeMap<>();
            response.headers().map().forEach((name, values) -> answered.put(name, values.get(0)));
            return new Answer(response.statusCode(), response.body(), answered);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String json(Map<String, String> body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
