package io.kisgateway.order.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** The names of what a journal keeps in Redis. docs/operations.md lists them. */
record RedisKeys(String scope) {

    String entry(String id) {
        return scope + "entry:" + id;
    }

    String holder(String keyName) {
        return scope + "key:" + hash(keyName);
    }

    String day(LocalDate day) {
        return scope + "day:" + basic(day);
    }

    String clientsDay(String client, LocalDate day) {
        return scope + "client:" + basic(day) + ":" + client;
    }

    String open() {
        return scope + "open";
    }

    String openOf(LocalDate kisDay, String code) {
        return scope + "open:" + basic(kisDay) + ":" + (code == null ? "" : code);
    }

    String numbers(LocalDate kisDay) {
        return scope + "numbers:" + basic(kisDay);
    }

    String confirmed(LocalDate kisDay, String code) {
        return scope + "confirmed:" + basic(kisDay) + ":" + (code == null ? "" : code);
    }

    String number(String orderNo) {
        return scope + "number:" + orderNo;
    }

    String untold(String kind) {
        return scope + "untold:" + hash(kind);
    }

    String halt() {
        return scope + "halt";
    }

    String alive(String instance) {
        return scope + "alive:" + instance;
    }

    String lease(String name) {
        return scope + "lease:" + name;
    }

    private static String basic(LocalDate day) {
        return DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    /** Keys are the callers' own texts: hashed they are short, and none can look like another name. */
    private static String hash(String keyName) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(keyName.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
