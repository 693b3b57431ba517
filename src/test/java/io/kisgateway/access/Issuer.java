package io.kisgateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kisgateway.runtime.Once;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** An issuer of identity tokens on this machine, with discovery and keys over real HTTP. */
final class Issuer implements AutoCloseable {

    static final String AUDIENCE = "https://kis-gateway.example";
    /** Each takes long to make; two are for an issuer, two for another one beside it. */
    private static final List<Once<RSAKey>> KEYS = Stream.generate(() -> new Once<>(Issuer::make)).limit(4).toList();

    private final Iterator<Once<RSAKey>> keys;
    private final HttpServer server;
    private final List<JWK> published = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> shownTokens = new CopyOnWriteArrayList<>();
    private volatile String wanted;
    private volatile boolean down;
    private JWK signing;

    Issuer() {
        this(null);
    }

    /** @param tls null for none */
    Issuer(SSLContext tls) {
        this(tls, KEYS.subList(0, 2));
    }

    /** None of its keys is another's. */
    static Issuer other() {
        return new Issuer(null, KEYS.subList(2, 4));
    }

    private Issuer(SSLContext tls, List<Once<RSAKey>> keys) {
        this.keys = keys.iterator();
        try {
            InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            server = tls == null ? HttpServer.create(free, 0) : HttpsServer.create(free, 0);
            if (server instanceof HttpsServer encrypted) {
                encrypted.setHttpsConfigurator(new HttpsConfigurator(tls));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange,
                "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}"));
        server.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            answer(exchange, new JWKSet(List.copyOf(published)).toString());
        });
        server.start();
        rotate("first");
    }

    private void answer(com.sun.net.httpserver.HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        shownTokens.add(String.valueOf(shown));
        boolean answers = !down && (wanted == null || ("Bearer " + wanted).equals(shown));
        exchange.sendResponseHeaders(answers ? 200 : down ? 503 : 401, answers ? bytes.length : -1);
        if (answers) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    /** From now on only who shows this token is answered. */
    void want(String token) {
        wanted = token;
    }

    /** The Authorization header of every request so far. */
    List<String> shownTokens() {
        return shownTokens;
    }

    String url() {
        return (server instanceof HttpsServer ? "https://" : "http://") + "127.0.0.1:" + server.getAddress().getPort();
    }

    void down(boolean now) {
        down = now;
    }

    int asked() {
        return asked.get();
    }

    private static RSAKey make() {
        try {
            return new RSAKeyGenerator(2048).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on tokens are signed with a new key; the former ones are taken back. */
    void rotate(String keyId) {
        signing = new RSAKey.Builder(keys.next().get()).keyID(keyId).build();
        published.clear();
        published.add(signing.toPublicJWK());
    }

    /** The next tokens are signed with ES256. */
    void elliptic(String keyId) {
        try {
            signing = new ECKeyGenerator(Curve.P_256).keyID(keyId).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        published.add(signing.toPublicJWK());
    }

    /** A key that nobody is told of. */
    void secretly(String keyId) {
        rotate(keyId);
        published.clear();
    }

    JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer(url()).audience(AUDIENCE).subject("1234567890")
                .claim("email", "buyer@project.iam.gserviceaccount.com").claim("email_verified", true)
                .issueTime(Date.from(Instant.now())).expirationTime(Date.from(Instant.now().plusSeconds(3600)));
    }

    String token() {
        return token(claims -> claims);
    }

    String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign(change.apply(claims()).build());
    }

    String sign(JWTClaimsSet claims) {
        try {
            boolean rsa = signing.isPrivate() && signing.getKeyType().getValue().equals("RSA");
            JWSSigner signer = rsa ? new RSASSASigner(signing.toRSAKey()) : new ECDSASigner(signing.toECKey());
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(rsa ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256).keyID(signing.getKeyID()).build(), claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    JWK key() {
        return signing;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
