package io.kisgateway.front;

import io.kisgateway.Gateway;
import io.kisgateway.simulator.Mode;
import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A gateway in mode REAL before a simulator of KIS, and a client that writes its bytes as real clients do. */
final class FrontRig implements AutoCloseable {

    static final String CASH = "/uapi/domestic-stock/v1/trading/order-cash";
    static final String PRICE = "/uapi/domestic-stock/v1/quotations/inquire-price";
    static final String ACCOUNT = "50123456";

    final Simulator kis;
    private Gateway gateway;
    private final Map<String, String> environment;
    private int formerOrders;

    FrontRig(Path folder, Map<String, String> settings) throws Exception {
        this(Mode.REAL, folder, settings);
    }

    static FrontRig virtual(Path folder, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(settings);
        all.put("TRADING_MODE", "MOCK");
        return new FrontRig(Mode.VIRTUAL, folder, all);
    }

    private FrontRig(Mode mode, Path folder, Map<String, String> settings) throws Exception {
        kis = Simulator
                .start(SimulatorOptions.builder().mode(mode).rateLimits(RateLimits.OFF).tokenInterval(Duration.ZERO).stubs(true)
                        .cash(10_000_000_000L).build());
        environment = new HashMap<>(Map.of("TRADING_MODE", "REAL", "KIS_BASE_URL", kis.baseUrl(), "KIS_FRONT", "true", "PORT", "0",
                "MANAGEMENT_PORT", "0", "DATA_DIR", folder.toString(), "RATE_LIMIT", "1000/second", "KIS_ACCOUNT_RATE", "1000/second"));
        environment.put("KIS_APP_KEY", kis.options().credentials().appKey());
        environment.put("KIS_APP_SECRET", kis.options().credentials().appSecret());
        environment.put("KIS_ACCOUNT_NO", kis.options().credentials().account());
        environment.putAll(settings);
        gateway = Rig.begin(environment, Clock.systemUTC());
    }

    /** Another test begins that shares it: nothing fails any more, and what is counted begins anew. */
    void begin() {
        kis.faults().clear();
        kis.calls().clear();
        formerOrders = kis.orders().list().size();
    }

    int port() {
        return gateway.port();
    }

    void restart() throws Exception {
        gateway.close();
        gateway = Rig.begin(environment, Clock.systemUTC());
    }

    void goDown() {
        gateway.close();
    }

    private Http management() {
        return new Http("http://127.0.0.1:" + gateway.managementPort());
    }

    /** What an operator says at the gateway's other port. */
    void operator(String action) {
        expectOk(action, management().post("/admin/" + action, ""));
    }

    /** The operator stops a route for a while. */
    void suspend(String route) {
        expectOk(route, management().post("/jolokia", "{\"type\":\"exec\",\"mbean\":\"" + management().post("/jolokia",
                "{\"type\":\"search\",\"mbean\":\"org.apache.camel:type=routes,name=\\\"" + route + "\\\",*\"}").at("/value/0").asText()
                .replace("\"", "\\\"") + "\",\"operation\":\"suspend()\",\"arguments\":[]}"));
    }

    String metrics() {
        return management().get("/metrics").text();
    }

    private static void expectOk(String what, Http.Reply reply) {
        if (reply.status() != 200 || reply.at("/status").asInt(200) != 200) {
            throw new AssertionError(what + ": " + reply.text());
        }
    }

    /** A reply as its bytes were; header names as they were spelt. */
    record Reply(int status, Map<String, String> headers, byte[] bytes) {

        String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.get(name);
        }

        String code() {
            String body = body();
            int at = body.indexOf("\"msg_cd\":\"");
            return at < 0 ? "" : body.substring(at + 10, body.indexOf('"', at + 10));
        }

        String member(String name) {
            String body = body();
            int at = body.indexOf('"' + name + "\":\"");
            return at < 0 ? null : body.substring(at + name.length() + 4, body.indexOf('"', at + name.length() + 4));
        }

        String summary() {
            return status + " " + member("rt_cd") + " " + code();
        }
    }

    static Map<String, String> headers(String trId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("authorization", "Bearer eyJ0eXAi.cached.from-kis-itself");
        headers.put("appkey", "any-client");
        headers.put("appsecret", "any-secret");
        if (trId != null) {
            headers.put("tr_id", trId);
        }
        return headers;
    }

    static byte[] request(String method, String target, Map<String, String> headers, String body) {
        StringBuilder request = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        if (body != null) {
            request.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        byte[] head = request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        return all;
    }

    Reply get(String target, String trId) {
        return send(request("GET", target, headers(trId), null));
    }

    Reply post(String target, String trId, String body) {
        Map<String, String> headers = headers(trId);
        headers.put("Content-Type", "application/json");
        return send(request("POST", target, headers, body));
    }

    Reply send(byte[] request) {
        try (Socket socket = open(request)) {
            return read(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Socket open(byte[] request) throws IOException {
        Socket socket = new Socket("127.0.0.1", port());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request);
        return socket;
    }

    static Reply read(Socket socket) throws IOException {
        return read(socket, true);
    }

    static Reply read(Socket socket, boolean body) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after " + head);
            }
            head.append((char) next);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        head.toString().lines().skip(1).filter(line -> line.contains(":"))
                .forEach(line -> headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip()));
        String length = headers.entrySet().stream().filter(one -> one.getKey().toLowerCase(Locale.ROOT).equals("content-length"))
                .map(Map.Entry::getValue).findFirst().orElse("0");
        return new Reply(Integer.parseInt(head.substring(9, 12)), headers, body ? in.readNBytes(Integer.parseInt(length)) : new byte[0]);
    }

    static String order(String code, int quantity, long price) {
        return "{\"CANO\": \"" + ACCOUNT + "\", \"ACNT_PRDT_CD\": \"01\", \"PDNO\": \"" + code + "\", \"ORD_DVSN\": \""
                + (price == 0 ? "01" : "00") + "\", \"ORD_QTY\": \"" + quantity + "\", \"ORD_UNPR\": \"" + price + "\"}";
    }

    int ordersAtKis() {
        return kis.orders().list().size() - formerOrders;
    }

    @Override
    public void close() {
        gateway.close();
        kis.close();
    }
}
