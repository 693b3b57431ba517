package io.kisgateway.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What instances say to each other. */
sealed interface Saying {

    /** The letter that a message begins with tells its kind. */
    char WISHES = 'W';
    char STATE = 'S';
    char RECORDS = 'R';
    char LOSS = 'L';
    ObjectMapper JSON = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * One registration that an instance wants.
     *
     * @param ticket  another one each time it is wanted anew
     * @param clients whose it is
     */
    record Wish(Registration registration, long ticket, List<String> clients) {}

    /**
     * All that an instance wants.
     *
     * @param version ascends: messages may overtake each other
     */
    record Wishes(String instance, long version, List<Wish> wishes) implements Saying {}

    /** @param clients of all instances */
    record Accepted(Registration registration, RegistrationAnswer answer, List<String> clients) {}

    /** What KIS has refused to the wish with this ticket. */
    record Refused(String instance, long ticket, RegistrationAnswer answer) {}

    /**
     * How the session is.
     *
     * @param version  ascends within an epoch: messages may overtake each other
     * @param sequence of the last record
     * @param since    it has or has not been connected; milliseconds since 1970, like all times here
     * @param gapFrom  0 while no records can be lost
     * @param partial  whether the gap is of what could not be read alone
     */
    record State(long epoch, long version, String holder, long sequence, boolean connected, long since, long gapFrom, boolean partial,
            String trouble, List<Accepted> accepted, List<Refused> refused, long malformed, long reconnects) implements Saying {

        boolean has(Registration registration) {
            return accepted.stream().anyMatch(one -> one.registration().equals(registration));
        }
    }

    record Records(long epoch, List<MarketRecord> records) implements Saying {}

    /** An operator of the instance has given a registration up for all. */
    record Loss(String instance, Registration registration, String reason) implements Saying {}

    /** Control characters, which no record has. */
    String FIELD = "\u001f";
    String LINE = "\u001e";

    static String line(MarketRecord one) {
        return one.sequence() + FIELD + one.receivedAt().toEpochMilli() + FIELD + one.trId() + FIELD + one.trKey() + FIELD + one.text()
                + LINE;
    }

    /** @param lines of {@link #line} */
    static String records(long epoch, String holder, CharSequence lines) {
        return RECORDS + Long.toString(epoch) + FIELD + holder + LINE + lines;
    }

    static String write(Saying saying) {
        try {
            return (saying instanceof Wishes ? WISHES : saying instanceof Loss ? LOSS : STATE) + JSON.writeValueAsString(saying);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing if it is of another version of the gateway, or records that this instance has told itself. */
    static Optional<Saying> read(String message, String self) {
        if (message.isEmpty()) {
            return Optional.empty();
        }
        try {
            return switch (message.charAt(0)) {
                case WISHES -> Optional.of(JSON.readValue(message.substring(1), Wishes.class));
                case STATE -> Optional.of(JSON.readValue(message.substring(1), State.class));
                case LOSS -> Optional.of(JSON.readValue(message.substring(1), Loss.class));
                case RECORDS -> lines(message, self);
                default -> Optional.empty();
            };
        } catch (JsonProcessingException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Optional<Saying> lines(String message, String self) {
        int field = message.indexOf(FIELD);
        int line = message.indexOf(LINE);
        String holder = message.substring(field + 1, line);
        if (holder.equals(self)) {
            return Optional.empty();
        }
        List<MarketRecord> records = new ArrayList<>();
        for (String one : message.substring(line + 1).split(LINE)) {
            String[] parts = one.split(FIELD, 5);
            records.add(new MarketRecord(Long.parseLong(parts[0]), parts[2], parts[3], parts[4],
                    Instant.ofEpochMilli(Long.parseLong(parts[1]))));
        }
        return Optional.of(new Records(Long.parseLong(message.substring(1, field)), records));
    }
}
