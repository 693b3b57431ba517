package io.kisgateway.order.journal;

import io.kisgateway.runtime.Sha256;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/** The names of what a journal keeps in Redis. docs/operations.md lists them. */
record RedisKeys(String scope) {

    private static final int HASH_BYTES = 16;

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

    String audit(LocalDate day, String kind) {
        return scope + "audit:" + basic(day) + ":" + kind;
    }

    /** The kinds of lines of a day. */
    String audits(LocalDate day) {
        return scope + "audits:" + basic(day);
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
        return Sha256.hex(keyName, HASH_BYTES);
    }
}
