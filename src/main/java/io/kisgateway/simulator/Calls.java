package io.kisgateway.simulator;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What arrived: counters, and a bounded memory of single calls in order of arrival. Never holds a token or a secret. */
public final class Calls {

    private final int most;
    private final NavigableMap<Long, Arrival> remembered = new TreeMap<>();
    private long arrived;
    private long rateViolations;
    private final Map<String, Long> byPath = new TreeMap<>();
    private final Map<String, Long> byTrId = new TreeMap<>();
    private final Map<String, Long> byAnswer = new TreeMap<>();

    /** Paths and ids come from outside: what is not known is counted together. */
    private static final int MOST_KEYS = 200;

    /** @param most so many are remembered */
    Calls(int most) {
        this.most = most;
    }

    /**
     * A call as it arrived, with the names of its headers (lower case), its query or body as sent (the body only of
     * /uapi calls), and how it was answered: status 0 while it is under way or if no answer was given.
     */
    public record Arrival(long number, Instant at, String method, String path, String trId, String query, String body,
            List<String> headers, int status, String msgCd) {

        @JsonProperty
        long atMs() {
            return at.toEpochMilli();
        }
    }

    synchronized Arrival arrive(Instant at, String method, String path, String trId, String query, List<String> headers) {
        Arrival call = new Arrival(++arrived, at, method, path, trId, query, "", headers, 0, "");
        remembered.put(call.number, call);
        if (remembered.size() > most) {
            remembered.pollFirstEntry();
        }
        count(byPath, path);
        count(byTrId, trId);
        return call;
    }

    synchronized void answered(Arrival call, int status, String msgCd) {
        replace(call, new Arrival(call.number, call.at, call.method, call.path, call.trId, call.query, call.body, call.headers, status,
                msgCd));
        count(byAnswer, status + " " + msgCd);
        if (msgCd.equals("EGW00201") || msgCd.equals("EGW00215")) {
            rateViolations++;
        }
    }

    /** The call as it is with its body. */
    synchronized Arrival body(Arrival call, String body) {
        return replace(call, new Arrival(call.number, call.at, call.method, call.path, call.trId, call.query, body, call.headers, 0, ""));
    }

    /** Unless the call has been forgotten. */
    private Arrival replace(Arrival call, Arrival now) {
        remembered.replace(call.number, call, now);
        return now;
    }

    private static void count(Map<String, Long> counters, String key) {
        String counted = counters.containsKey(key) || counters.size() < MOST_KEYS ? key : "(others)";
        counters.merge(counted, 1L, Long::sum);
    }

    public synchronized List<Arrival> list() {
        return List.copyOf(remembered.values());
    }

    /** The calls remembered whose path contains this, oldest first. */
    public List<Arrival> on(String pathPart) {
        return list().stream().filter(call -> call.path().contains(pathPart)).toList();
    }

    public synchronized long total() {
        return arrived;
    }

    /** Calls answered with EGW00201 or EGW00215. */
    public synchronized long rateViolations() {
        return rateViolations;
    }

    public synchronized Map<String, Long> byPath() {
        return new TreeMap<>(byPath);
    }

    public synchronized Map<String, Long> byTrId() {
        return new TreeMap<>(byTrId);
    }

    /** Keys are HTTP status and msg_cd, such as {@code 500 EGW00201}. */
    public synchronized Map<String, Long> byAnswer() {
        return new TreeMap<>(byAnswer);
    }

    public synchronized void clear() {
        arrived = 0;
        rateViolations = 0;
        byPath.clear();
        byTrId.clear();
        byAnswer.clear();
        remembered.clear();
    }
}
