package io.kisgateway.realtime;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** With which notices of orders are encrypted: AES-256-CBC, its key and vector being letters and digits (facts 11.1). */
final class NoticeKey {

    private static final int IV_LENGTH = 16;
    private static final int KEY_LENGTH = 32;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private final String iv;
    private final String key;

    private NoticeKey(String iv, String key) {
        this.iv = iv;
        this.key = key;
    }

    /** Nothing if these are none. */
    static Optional<NoticeKey> of(String iv, String key) {
        return iv.getBytes(StandardCharsets.UTF_8).length == IV_LENGTH && key.getBytes(StandardCharsets.UTF_8).length == KEY_LENGTH
                ? Optional.of(new NoticeKey(iv, key)) : Optional.empty();
    }

    /** @param random must not be guessed */
    static NoticeKey random(RandomGenerator random) {
        return new NoticeKey(letters(random, IV_LENGTH), letters(random, KEY_LENGTH));
    }

    private static String letters(RandomGenerator random, int length) {
        return random.ints(length, 0, LETTERS.length()).mapToObj(LETTERS::charAt)
                .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append).toString();
    }

    String iv() {
        return iv;
    }

    String key() {
        return key;
    }

    String encrypt(String text) {
        try {
            return Base64.getEncoder().encodeToString(cipher(Cipher.ENCRYPT_MODE).doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing if it was not encrypted with this. */
    Optional<String> decrypt(String text) {
        try {
            return Optional.of(new String(cipher(Cipher.DECRYPT_MODE).doFinal(Base64.getDecoder().decode(text)), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "AES"),
                new IvParameterSpec(iv.getBytes(StandardCharsets.UTF_8)));
        return cipher;
    }

    @Override
    public String toString() {
        return "NoticeKey";
    }
}
