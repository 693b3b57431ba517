package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestClock;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real tokens, signed by an issuer on this machine, at the public port. */
@Execution(ExecutionMode.CONCURRENT)
class IdentityTokensTest {

    private static final AtomicInteger addresses = new AtomicInteger();
    /** Of the tests that change nothing of it. */
    @AutoClose
    private static final Issuer issuer = new Issuer();
    @AutoClose
    private static Rig rig;

    @BeforeAll
    static void start() {
        rig = rig(issuer);
    }

    private static Rig rig(Issuer issuer) {
        Rig rig = unasked(issuer);
        // On a busy machine the issuer may be too late with its keys at first.
        Awaitility.await().until(() -> ask(rig, issuer.token()).status() == 200);
        return rig;
    }

    private static Rig unasked(Issuer issuer) {
        TestClients clients = new TestClients().raw("""
                  - name: buyer
                    identity: {email: buyer@project.iam.gserviceaccount.com}
                    may: ["market:read"]
                  - name: pod
                    identity: {subject: "system:serviceaccount:trading:scout"}
                    may: ["market:read"]
                """);
        return Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "AUTH_ISSUERS", issuer.url(), "AUTH_AUDIENCE",
                Issuer.AUDIENCE + ", kis-gateway", "TRUSTED_PROXIES", "127.0.0.1");
    }

    private static Http.Reply ask(String token) {
        return ask(rig, token);
    }

    /** From another address each time: nobody is slowed down. */
    private static Http.Reply ask(Rig rig, String token) {
        return rig.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}", "Authorization", "Bearer " + token,
                "X-Forwarded-For", "10.0.0." + addresses.incrementAndGet() % 250);
    }

    private static void isRefused(String token) {
        isRefused(rig, token);
    }

    private static void isRefused(Rig rig, String token) {
        Http.Reply reply = ask(rig, token);
        assertThat(reply.status()).as(reply.text()).isEqualTo(401);
        assertThat(reply.code()).isEqualTo("UNAUTHENTICATED");
        assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer ");
        assertThat(reply.text()).doesNotContain(token);
    }

    @Test
    void aTokenTellsWhoCalls() {
        try (Issuer own = new Issuer(); Rig theirs = rig(own)) {
            assertThat(ask(theirs, own.token()).status()).isEqualTo(200);
            assertThat(ask(theirs, own.token(claims -> claims.claim("email", null).claim("email_verified", null)
                    .subject("system:serviceaccount:trading:scout").audience(List.of("kis-gateway", "another")))).status()).isEqualTo(200);
            own.elliptic("curve");
            assertThat(ask(theirs, own.token()).status()).isEqualTo(200);
        }
    }

    @Test
    void clocksMayDifferByAMinute() {
        assertThat(ask(issuer.token(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(40))))).status()).isEqualTo(200);
        assertThat(ask(issuer.token(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(40))))).status()).isEqualTo(200);
        isRefused(issuer.token(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(90)))));
        isRefused(issuer.token(claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(90)))));
        isRefused(issuer.token(claims -> claims.expirationTime(null)));
    }

    /** In milliseconds such a number is another one. */
    @ParameterizedTest
    @ValueSource(strings = {"1000000000000000000000000000000", "9223372036854775807", "1e300", "253402300800"})
    void aTimeThatIsNoneIsRefused(String time) {
        isRefused(issuer.token(claims -> claims.claim("nbf", new BigDecimal(time))));
        isRefused(issuer.token(claims -> claims.claim("exp", new BigDecimal(time))));
    }

    /** What is remembered of a token ends with it. */
    @Test
    void aTokenThatWasTakenIsNotTakenAfterItsEnd() {
        TestClock clock = TestClock.morning();
        Instant end = clock.instant().plusSeconds(120);
        String token = issuer.token(claims -> claims.issueTime(Date.from(clock.instant())).expirationTime(Date.from(end)));
        try (Rig timed = at(clock, issuer)) {
            for (int seconds : new int[] {0, 100, 70, 11}) {
                clock.advance(Duration.ofSeconds(seconds));
                Http.Reply reply = timed.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}", "Authorization",
                        "Bearer " + token);
                assertThat(reply.status()).as(reply.text()).isEqualTo(clock.instant().isAfter(end.plusSeconds(60)) ? 401 : 200);
            }
        }
    }

    private static Rig at(TestClock clock, Issuer issuer) {
        TestClients clients = new TestClients().raw("  - name: buyer\n    identity: {email: buyer@project.iam.gserviceaccount.com}\n"
                + "    may: [\"market:read\"]\n");
        return Rig.at(clock, "CLIENTS_FILE", clients.write().toString(), "AUTH_ISSUERS", issuer.url(), "AUTH_AUDIENCE", Issuer.AUDIENCE);
    }

    private static int status(Rig timed, String token) {
        return timed.http().send(timed.http().request("/api/realtime/status").header("Authorization", "Bearer " + token).GET()).status();
    }

    /** Neither the keys that are kept nor the tokens that are remembered believe it for longer. */
    @Test
    void aKeyThatItsIssuerTakesBackCountsForFiveMinutes() {
        TestClock clock = TestClock.morning();
        try (Issuer own = new Issuer(); Rig timed = at(clock, own)) {
            String early = own.token(claims -> claims.expirationTime(Date.from(clock.instant().plusSeconds(3600))));
            String late = own.token(claims -> claims.expirationTime(Date.from(clock.instant().plusSeconds(3600))).claim("nonce", 2));
            assertThat(status(timed, early)).isEqualTo(200);
            own.rotate("second");
            clock.advance(Duration.ofSeconds(290));
            assertThat(status(timed, late)).isEqualTo(200);
            assertThat(status(timed, early)).isEqualTo(200);
            clock.advance(Duration.ofSeconds(11));
            assertThat(status(timed, late)).isEqualTo(401);
            assertThat(status(timed, early)).isEqualTo(401);
        }
    }

    @Test
    void keysOfAnIssuerThatIsAwayCountForADay() {
        TestClock clock = TestClock.morning();
        try (Issuer own = new Issuer(); Rig timed = at(clock, own)) {
            String token = own.token(claims -> claims.expirationTime(Date.from(clock.instant().plus(Duration.ofDays(2)))));
            assertThat(status(timed, token)).isEqualTo(200);
            own.down(true);
            for (int i = 0; i < 4; i++) {
                clock.advance(Duration.ofMinutes(345));
                assertThat(status(timed, token)).isEqualTo(200);
            }
            clock.advance(Duration.ofMinutes(65));
            assertThat(status(timed, token)).isEqualTo(503);
        }
    }

    @Test
    void aTokenForAnotherServiceOrOfAnotherIssuerIsRefused() throws Exception {
        isRefused(issuer.token(claims -> claims.audience("https://another.example")));
        isRefused(issuer.token(claims -> claims.audience((String) null)));
        isRefused(issuer.token(claims -> claims.issuer("https://accounts.google.com")));
        isRefused(issuer.token(claims -> claims.issuer(issuer.url() + "/")));
        isRefused(issuer.token(claims -> claims.issuer(null)));
        try (Issuer other = Issuer.other()) {
            isRefused(other.token());
            // The right issuer by its word, another's signature.
            isRefused(other.sign(issuer.claims().build()));
        }
    }

    @Test
    void aTokenWithoutAGoodSignatureIsRefused() throws JOSEException {
        isRefused(new PlainJWT(issuer.claims().build()).serialize());
        String token = issuer.token();
        String[] parts = token.split("\\.");
        isRefused(parts[0] + "." + parts[1] + ".");
        // What Cloud Run leaves of a token that it has checked itself.
        isRefused(parts[0] + "." + parts[1] + ".SIGNATURE_REMOVED_BY_GOOGLE");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8).replace("buyer@", "admin@");
        isRefused(parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[2]);
        String none = Base64.getUrlEncoder().withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"kid\":\"first\"}".getBytes(StandardCharsets.UTF_8));
        isRefused(none + "." + parts[1] + "." + parts[2]);
    }

    /** Signed with the public key's text as a shared secret, or with an algorithm that is not agreed on. */
    @Test
    void onlyTheAgreedAlgorithmsCount() throws JOSEException {
        SignedJWT shared = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), issuer.claims().build());
        shared.sign(new MACSigner(issuer.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        isRefused(shared.serialize());
        SignedJWT longer = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("first").build(), issuer.claims().build());
        longer.sign(new RSASSASigner(issuer.key().toRSAKey()));
        isRefused(longer.serialize());
    }

    @Test
    void anEMailCountsOnlyIfItIsVerified() {
        for (Object verified : new Object[] {false, "true", null}) {
            Http.Reply reply = ask(issuer.token(claims -> claims.claim("email_verified", verified)));
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.code()).isEqualTo("FORBIDDEN");
        }
        assertThat(ask(issuer.token(claims -> claims.claim("email", "somebody@else.example"))).status()).isEqualTo(403);
    }

    @Test
    void newKeysAreFoundAndOldOnesForgotten() {
        try (Issuer own = new Issuer(); Rig theirs = rig(own)) {
            assertThat(ask(theirs, own.token()).status()).isEqualTo(200);
            int asked = own.asked();
            String old = own.token(claims -> claims.claim("later", 1));
            own.rotate("second");
            assertThat(ask(theirs, own.token()).status()).isEqualTo(200);
            assertThat(own.asked()).isEqualTo(asked + 1);
            isRefused(theirs, old);
        }
    }

    @Test
    void unknownKeyIdsDoNotFloodTheIssuer() {
        try (Issuer own = new Issuer(); Rig theirs = rig(own)) {
            assertThat(ask(theirs, own.token()).status()).isEqualTo(200);
            int asked = own.asked();
            own.secretly("unknown");
            for (int i = 0; i < 8; i++) {
                String nonce = "n" + i;
                isRefused(theirs, own.token(claims -> claims.claim("nonce", nonce)));
            }
            assertThat(own.asked()).isLessThanOrEqualTo(asked + 2);
        }
    }

    @Test
    void whileTheIssuerIsAwayKnownKeysGoOn() {
        try (Issuer own = new Issuer(); Rig theirs = rig(own)) {
            assertThat(ask(theirs, own.token()).status()).isEqualTo(200);
            own.down(true);
            assertThat(ask(theirs, own.token(claims -> claims.claim("nonce", "2"))).status()).isEqualTo(200);
        }
    }

    /** Nothing is said that is not known: the caller may be right. */
    @Test
    void anIssuerThatCannotBeAskedIsNoWrongToken() {
        try (Issuer own = new Issuer(); Rig theirs = unasked(own)) {
            own.down(true);
            for (int i = 0; i < 4; i++) {
                Http.Reply reply = ask(theirs, own.token());
                assertThat(reply.status()).isEqualTo(503);
                assertThat(reply.code()).isEqualTo("IDENTITY_UNAVAILABLE");
                assertThat(reply.header("Retry-After")).isNotNull();
            }
        }
    }

    @Test
    void whatOnlyLooksLikeATokenIsRefused() {
        for (String token : List.of("ey.", "eyJhbGciOiJSUzI1NiJ9.e30.", "ey..", "eyJ.eyJ.eyJ", "ey" + "A.".repeat(300))) {
            Http.Reply reply = ask(token);
            assertThat(reply.status()).isEqualTo(401);
        }
    }

    /** Tokens that anybody can make up, while their issuer does not answer: of one address some wait, and all others' go on. */
    @Test
    void oneAddressMakesNobodysTokensWait() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort();
            TestClients clients = new TestClients();
            clients.add("somebody", "", "may: [\"market:read\"]");
            try (Rig slow =
                    Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "AUTH_ISSUERS", url, "AUTH_AUDIENCE", Issuer.AUDIENCE)) {
                List<String> tokens =
                        IntStream.range(0, 80).mapToObj(i -> issuer.token(claims -> claims.issuer(url).claim("nonce", i))).toList();
                for (String token : tokens) {
                    Socket socket =
                            new Socket(InetAddress.getLoopbackAddress(), slow.gateway().port(), InetAddress.getByName("127.0.0.2"), 0);
                    open.add(socket);
                    socket.getOutputStream().write(("GET /api/realtime/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                            + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                int many = 0;
                for (Socket socket : open) {
                    socket.setSoTimeout(60_000);
                    String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                    assertThat(status).isIn("HTTP/1.1 429", "HTTP/1.1 503");
                    many += status.endsWith("429") ? 1 : 0;
                }
                assertThat(many).isBetween(1, 30);
                assertThat(status(slow, issuer.token(claims -> claims.issuer(url)))).isEqualTo(503);
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
