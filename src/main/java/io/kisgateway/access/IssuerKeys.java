package io.kisgateway.access;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The keys that one issuer signs with, found by OpenID Connect Discovery. */
final class IssuerKeys implements JWKSetSource<SecurityContext> {

    private static final int PATIENCE_SECONDS = 4;
    private static final int LARGEST = 1 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).followRedirects(HttpClient.Redirect.NEVER).build();
    private final String issuer;
    private volatile URI keys;
    private volatile boolean down;

    IssuerKeys(String issuer) {
        this.issuer = issuer;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long currentTime, SecurityContext context)
            throws JWKSetUnavailableException {
        try {
            if (keys == null) {
                keys = discovered(text(URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")));
            }
            JWKSet set = JWKSet.parse(text(keys));
            down = false;
            return set;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            down = true;
            throw new JWKSetUnavailableException("the keys of " + issuer + " cannot be had: " + e.getMessage(), e);
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

    /** Whether they could not be had when they were asked for the last time. */
    boolean isDown() {
        return down;
    }

    private String text(URI uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).header("Accept", "application/json").build();
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

    @Override
    public void close() {}
}
