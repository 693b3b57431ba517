package io.kisgateway.access;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import io.kisgateway.runtime.Stages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** The keys that one issuer signs with, found by OpenID Connect Discovery. */
final class IssuerKeys implements JWKSetSource<SecurityContext> {

    private static final int PATIENCE_SECONDS = 4;
    private static final int LARGEST = 1 << 20;

    private final HttpClient client;
    private final String issuer;
    private final Path token;
    private volatile URI keys;
    private volatile boolean down;
    private volatile Instant asked = Instant.EPOCH;

    /**
     * @param tls   null for Java's usual
     * @param token the file of a token that is shown to the issuer if it has made it; read each time, or null
     */
    IssuerKeys(String issuer, SSLContext tls, Path token) {
        this.issuer = issuer;
        this.token = token;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).followRedirects(HttpClient.Redirect.NEVER);
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long currentTime, SecurityContext context)
            throws JWKSetUnavailableException {
        asked = Instant.ofEpochMilli(currentTime);
        try {
            if (keys == null) {
                keys = discovered(text(URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")));
            }
            JWKSet set = JWKSet.parse(text(keys));
            down = false;
            return set;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            down = true;
            throw new JWKSetUnavailableException(
                    "the keys of " + issuer + " cannot be had: " + (e instanceof IOException ? Stages.brief(e) : e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JWKSetUnavailableException("interrupted", e);
        }
    }

    private URI discovered(String document) throws ParseException, IOException {
        var members = JSONObjectUtils.parse(document);
        URI uri = JSONObjectUtils.getURI(members, "jwks_uri");
        if (!issuer.equals(JSONObjectUtils.getString(members, "issuer")) || uri == null) {
            throw new IOException("its configuration is of another issuer, or names no jwks_uri");
        }
        if (!AccessSettings.isSafe(uri)) {
            throw new IOException("its jwks_uri is not https");
        }
        return uri;
    }

    /** When they were asked for the last time, successfully or not. */
    Instant asked() {
        return asked;
    }

    /** Whether they could not be had when they were asked for the last time. */
    boolean isDown() {
        return down;
    }

    private String text(URI uri) throws IOException, InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("Accept", "application/json");
        if (token != null) {
            String own = Files.readString(token).strip();
            if (isOfTheIssuer(own)) {
                builder.header("Authorization", "Bearer " + own);
            }
        }
        HttpRequest request = builder.build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> reply = client.sendAsync(request, BodyHandlers.ofByteArrayConsumer(piece -> {
            piece.ifPresent(body::writeBytes);
            if (body.size() > LARGEST) {
                throw new IllegalStateException("more than 1 MiB");
            }
        }));
        try {
            int status = reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS).statusCode();
            if (status != 200) {
                throw new IOException(uri.getHost() + " answered " + status);
            }
            return body.toString(StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw new IOException(uri.getHost() + " did not answer in time", e);
        } catch (ExecutionException e) {
            throw new IOException(uri.getHost() + " cannot be asked: " + e.getCause(), e);
        }
    }

    /** A cluster's issuer wants to know who asks for its keys. No other is shown what is a key to the cluster. */
    private boolean isOfTheIssuer(String own) {
        try {
            JWTClaimsSet claims = JWTParser.parse(own).getJWTClaimsSet();
            return claims != null && issuer.equals(claims.getIssuer());
        } catch (ParseException e) {
            return false;
        }
    }

    @Override
    public void close() {}
}
