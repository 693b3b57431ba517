package io.kisgateway.order.journal;

import io.kisgateway.runtime.Sha256;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.function.Supplier;

/**
 * The names of what a journal keeps in Redis. docs/operations.md lists them.
 *
 * @param scope what all of them begin with
 */
record RedisKeys(Supplier<String> scope) {

    private static final int HASH_BYTES = 16;

    String entry(String id) {
        return scope.get() + "entry:" + id;
    }

    String holder(String keyName) {
        return scope.get() + "key:" + hash(keyName);
    }

    String day(LocalDate day) {
        return scope.get() + "day:" + basic(day);
    }

    String clientsDay(String client, LocalDate day) {
        return scope.get() + "client:" + basic(day) + ":" + client;
    }

    String open() {
        return scope.get() + "open";
    }

    String openOf(LocalDate kisDay, String code) {
        return scope.get() + "open:" + basic(kisDay) + ":" + (code == null ? "" : code);
    }

    String audit(LocalDate day, String kind) {
        return scope.get() + "audit:" + basic(day) + ":" + kind;
    }

    /** The kinds of lines of a day. */
    String audits(LocalDate day) {
        return scope.get() + "audits:" + basic(day);
    }

    String numbers(LocalDate kisDay) {
        return scope.get() + "numbers:" + basic(kisDay);
    }

    String confirmed(LocalDate kisDay, String code) {
        return scope.get() + "confirmed:" + basic(kisDay) + ":" + (code == null ? "" : code);
    }

    String number(String orderNo) {
        return scope.get() + "number:" + orderNo;
    }

    String untold(String kind) {
        return scope.get() + "untold:" + hash(kind);
    }

    String halt() {
        return scope.get() + "halt";
    }

    String alive(String instance) {
        return scope.get() + "alive:" + instance;
    }

    String lease(String name) {
        return scope.get() + "lease:" + name;
    }

    private static String basic(LocalDate day) {
        return DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    /** Keys are the callers' own texts: hashed they are short, and none can look like another name. */
    private static String hash(String keyName) {
        return Sha256.hex(keyName, HASH_BYTES);
    }
}
