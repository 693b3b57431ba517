package bench;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.kisgateway.Gateway;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** What a key and a token cost per request, end to end at the public port. See README.md beside this file. */
public final class AccessBench {

    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;

    public static void main(String[] args) throws Exception {
        System.setProperty("LOG_LEVEL", "ERROR");
        RSAKey key = new RSAKeyGenerator(2048).keyID("one").generate();
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String url = "http://127.0.0.1:" + issuer.getAddress().getPort();
        serve(issuer, "/.well-known/openid-configuration", "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\"}");
        serve(issuer, "/keys", new JWKSet(key.toPublicJWK()).toString());
        issuer.start();
        String secret = "kisgw_bench_" + "x".repeat(43);
        Path clients = Files.createTempFile("clients", ".yaml");
        Files.writeString(clients, "clients:\n  - name: bench\n    keys: [\"sha256:" + hash(secret)
                + "\"]\n    identity: {subject: bench}\n    may: [admin]\n");
        Map<String, String> settings =
                new HashMap<>(Map.of("PORT", "0", "MANAGEMENT_PORT", "0", "DATA_DIR", Files.createTempDirectory("bench").toString()));
        long[] open;
        try (Gateway gateway = Gateway.start(settings)) {
            open = measure("no clients: anybody may call", gateway.managementPort(), () -> "");
        }
        settings.putAll(Map.of("CLIENTS_FILE", clients.toString(), "AUTH_ISSUERS", url, "AUTH_AUDIENCE", "bench"));
        try (Gateway gateway = Gateway.start(settings)) {
            int port = gateway.managementPort();
            difference(open, measure("a key", port, () -> "Authorization: Bearer " + secret + "\r\n"));
            String token = token(key, url, 0);
            difference(open, measure("a token that was verified a short while ago", port, () -> "Authorization: Bearer " + token + "\r\n"));
            int[] number = {0};
            String[] tokens = new String[WARM_UP / 10 + MEASURED / 10];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = token(key, url, i + 1);
            }
            difference(open, measure("a token seen for the first time, its issuer's keys known", port,
                    () -> "Authorization: Bearer " + tokens[number[0]++] + "\r\n", tokens.length / 2));
        }
        issuer.stop(0);
    }

    private interface Headers {
        String next();
    }

    private static long[] measure(String what, int port, Headers headers) throws Exception {
        return measure(what, port, headers, MEASURED);
    }

    /** The route is the cheapest that needs a scope; a connection is kept, one request at a time. */
    private static long[] measure(String what, int port, Headers headers, int times) throws Exception {
        long[] nanos = new long[times];
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < 2 * times; i++) {
                byte[] request =
                        ("GET /stats HTTP/1.1\r\nHost: localhost\r\n" + headers.next() + "\r\n").getBytes(StandardCharsets.US_ASCII);
                long begin = System.nanoTime();
                out.write(request);
                read(in);
                if (i >= times) {
                    nanos[i - times] = System.nanoTime() - begin;
                }
            }
        }
        Arrays.sort(nanos);
        System.out.printf("%-60s half %7.1f µs, 90 %% %7.1f µs%n", what, nanos[times / 2] / 1e3, nanos[times * 9 / 10] / 1e3);
        return nanos;
    }

    private static void difference(long[] without, long[] with) {
        System.out.printf("%-60s half %7.1f µs%n", "  more than without", (with[with.length / 2] - without[without.length / 2]) / 1e3);
    }

    private static void read(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            head.append((char) in.read());
        }
        if (!head.toString().startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException(head.toString());
        }
        String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf("content-length: ") + 16;
        in.skipNBytes(Integer.parseInt(lower.substring(at, lower.indexOf('\r', at))));
    }

    private static String token(RSAKey key, String issuer, int number) throws Exception {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
                new JWTClaimsSet.Builder().issuer(issuer)
                        .audience("bench").subject("bench").claim("number", number)
                        .expirationTime(Date.from(Instant.now().plusSeconds(3600))).build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String hash(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static void serve(HttpServer server, String path, String text) {
        server.createContext(path, exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
