package io.kisgateway.kis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens at rest: AES-256-GCM under a key derived from the app secret (HKDF with SHA-256, RFC 5869), bound to the place
 * where they are kept. Whoever holds the secret could ask for a token anyway.
 */
final class TokenCipher {

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String HMAC = "HmacSHA256";
    private static final String VERSION = "kis-gateway token 1";

    private final byte[] secret;
    private final byte[] place;
    private final SecureRandom random = new SecureRandom();

    /** @param place what the tokens are bound to: one kept for another environment does not open here */
    TokenCipher(String secret, String place) {
        this.place = place.getBytes(StandardCharsets.UTF_8);
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    String seal(Token token) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        String text = token.issuedAt().toEpochMilli() + " " + token.expiresAt().toEpochMilli() + " " + token.value();
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(
                    ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token, or nothing if the text is damaged, foreign, or sealed with another secret. */
    Optional<Token> open(String sealed) {
        try {
            byte[] bytes = Base64.getDecoder().decode(sealed.strip());
            if (bytes.length <= NONCE) {
                return Optional.empty();
            }
            byte[] nonce = new byte[NONCE];
            ByteBuffer.wrap(bytes).get(nonce);
            byte[] text = cipher(Cipher.DECRYPT_MODE, nonce).doFinal(bytes, NONCE, bytes.length - NONCE);
            String[] parts = new String(text, StandardCharsets.UTF_8).split(" ", 3);
            return Optional.of(new Token(parts[2], Instant.ofEpochMilli(Long.parseLong(parts[0])),
                    Instant.ofEpochMilli(Long.parseLong(parts[1]))));
        } catch (GeneralSecurityException | IllegalArgumentException | DateTimeException
                | ArrayIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place);
        return cipher;
    }

    /** Made when it is needed, which is at most a few times a day. */
    private SecretKeySpec key() {
        byte[] info = ByteBuffer.allocate(place.length + 1).put(place).put((byte) 1).array();
        return new SecretKeySpec(hmac(hmac(VERSION.getBytes(StandardCharsets.UTF_8), secret), info), "AES");
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
