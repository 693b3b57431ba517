package io.kisgateway.front;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.runtime.KoreanTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens, approval keys and hashes for clients: of KIS's shape, worth nothing at KIS, and kept nowhere. A token is the same for six
 * hours, as KIS's is, and has at least eighteen left (facts 2.1).
 */
final class FrontKeys {

    private static final Duration STEP = Duration.ofHours(6);
    private static final Duration LIFE = Duration.ofHours(24);
    private static final DateTimeFormatter EXPIRY = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(KoreanTime.KST);
    private static final String MAC = "HmacSHA512";
    private static final int HASH_BYTES = 32;

    private final SecretKeySpec key;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** @param seed the same in all instances */
    FrontKeys(String seed, InstantSource clock, RandomGenerator random) {
        this.key = new SecretKeySpec(("kis-front " + seed).getBytes(StandardCharsets.UTF_8), MAC);
        this.clock = clock;
        this.random = random;
    }

    /** The reply to a token request: exactly these members, since clients make names of them. */
    ObjectNode token(String appKey) {
        Instant now = clock.instant();
        long issued = now.getEpochSecond() / STEP.toSeconds() * STEP.toSeconds();
        Instant expires = Instant.ofEpochSecond(issued).plus(LIFE);
        ObjectNode payload = Envelopes.object().put("sub", "token").put("iss", "kis-gateway").put("exp", expires.getEpochSecond())
                .put("iat", issued).put("jti", appKey);
        String head =
                base64("{\"typ\":\"JWT\",\"alg\":\"HS512\"}".getBytes(StandardCharsets.UTF_8)) + '.' + base64(Envelopes.bytes(payload));
        return Envelopes.object().put("access_token", head + '.' + base64(sign(head)))
                .put("access_token_token_expired", EXPIRY.format(expires)).put("token_type", "Bearer")
                .put("expires_in", expires.getEpochSecond() - now.getEpochSecond());
    }

    /** The same at any time: clients ask for it with every subscription. @param key the hash of what the client has shown */
    String approvalKey(String key) {
        ByteBuffer bytes = ByteBuffer.wrap(sign("approval " + key));
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    /** Another one at each time. */
    String hash() {
        byte[] bytes = new byte[HASH_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private byte[] sign(String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
