package io.kisgateway.order;

import io.kisgateway.order.journal.AuditLine;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.JournalCopy;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.redis.RedisConnection;
import io.kisgateway.runtime.KoreanTime;
import io.kisgateway.runtime.RuntimeSettings;
import io.kisgateway.runtime.Stages;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** {@code journal [DATE]}: prints a day of the journal and says what of it cannot be read. A gateway that runs is not disturbed. */
public final class JournalCommand {

    private static final int BAD_REQUEST = 2;
    private static final Duration REDIS_PATIENCE = Duration.ofSeconds(10);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(KoreanTime.KST);
    private static final String ROW = "%-12s  %-10s  %-6s  %-7s  %9s  %9s  %-10s  %-12s  %-36s  %s%n";

    private static final String AUDIT = "%-12s  %-10s  %-12s  %-15s  %5s  %s%n";

    private final PrintStream out;
    private final LocalDate day;
    private boolean faulty;

    /** Where pages come from. */
    private interface Pages {
        Journal.Page after(String cursor) throws IOException;
    }

    private JournalCommand(PrintStream out, LocalDate day) {
        this.out = out;
        this.day = day;
    }

    /**
     * @param asInSim the settings of a gateway in SIM with the account that it trades there
     * @return the process's exit code: 1 if something cannot be read, 2 if it cannot be tried
     */
    public static int run(List<String> args, Map<String, String> environment, PrintStream out, Clock clock,
            UnaryOperator<Settings> asInSim) {
        LocalDate day;
        try {
            day = args.isEmpty() ? KoreanTime.date(clock.instant()) : date(args.get(0));
            JournalCommand command = new JournalCommand(out, day);
            String redis = environment.getOrDefault(Setting.REDIS_URL.name(), "");
            boolean shared = environment.containsKey(Setting.REDIS_URL.name() + "_FILE") || !redis.isBlank() && !redis.equals("memory://");
            if (shared) {
                Settings settings = Settings.from(environment);
                command.redis(settings.mode() == TradingMode.SIM ? asInSim.apply(settings) : settings, clock);
            } else {
                String folder = environment.getOrDefault(Setting.DATA_DIR.name(), "");
                command.folders(Path.of(folder.isBlank() ? Setting.DATA_DIR.defaultText() : folder));
            }
            return command.faulty ? 1 : 0;
        } catch (DateTimeParseException e) {
            out.println("usage: java -jar kis-gateway.jar journal [DATE], with a date like 2026-11-23");
            return BAD_REQUEST;
        } catch (InvalidSetting e) {
            out.println(e.getMessage());
            return BAD_REQUEST;
        }
    }

    private static LocalDate date(String text) {
        return LocalDate.parse(text, text.contains("-") ? DateTimeFormatter.ISO_LOCAL_DATE : DateTimeFormatter.BASIC_ISO_DATE);
    }

    private void folders(Path data) {
        List<Path> journals;
        try (Stream<Path> all = Files.list(data)) {
            journals = all.filter(path -> path.getFileName().toString().startsWith("orders-") && Files.isDirectory(path)).sorted().toList();
        } catch (IOException e) {
            journals = List.of();
        }
        if (journals.isEmpty()) {
            throw InvalidSetting.because("There is no journal in " + data + " (DATA_DIR)");
        }
        for (Path journal : journals) {
            out.println("Journal " + journal);
            try (JournalCopy copy = JournalCopy.of(journal)) {
                print(cursor -> copy.list(day, cursor));
                print(copy.audited(day));
                List<String> faults = copy.faults();
                faults.forEach(fault -> out.println("FAULT: " + fault));
                faulty |= !faults.isEmpty();
                out.println(faults.isEmpty() ? "All days of this journal can be read."
                        : faults.size() + " faults in all days of this journal.");
            } catch (IOException e) {
                faulty = true;
                out.println("FAULT: it cannot be read: " + (e.getMessage() == null ? e : e.getMessage()));
            }
        }
    }

    private void redis(Settings settings, Clock clock) {
        RuntimeSettings runtime = RuntimeSettings.from(settings);
        try (RedisConnection redis = RedisConnection.open(runtime.redis().orElseThrow(), runtime.redisPrefix())) {
            Journal journal = Journal.forReading(redis, OrderSettings.from(settings).scope(), clock);
            out.println("Journal in " + redis);
            try {
                redis.awaitConnected(REDIS_PATIENCE);
                print(cursor -> journal.list(day, null, cursor, Journal.MOST_OF_A_PAGE).toCompletableFuture().join());
                print(journal.audited(day).toCompletableFuture().join());
            } catch (IOException | CompletionException e) {
                faulty = true;
                out.println("FAULT: it cannot be read: " + Stages.brief(e));
            }
        }
    }

    private void print(Pages pages) throws IOException {
        out.printf(ROW, "ARRIVED", "STATE", "ACTION", "STOCK", "QUANTITY", "PRICE", "ORDER NO", "CLIENT", "KEY OR ID", "REASON");
        long entries = 0;
        long unreadable = 0;
        String next = null;
        do {
            Journal.Page page = pages.after(next);
            page.entries().forEach(this::print);
            page.unreadable().forEach(id -> out.printf(ROW, "?", "UNREADABLE", "", "", "", "", "", "", id, ""));
            entries += page.entries().size();
            unreadable += page.unreadable().size();
            next = page.next();
        } while (next != null);
        faulty |= unreadable > 0;
        out.printf("%d entries of %s, and %d that cannot be read%n", entries, day, unreadable);
    }

    private void print(List<AuditLine> lines) {
        out.println();
        out.printf(AUDIT, "AT", "KIND", "CLIENT", "ADDRESS", "TIMES", "ASKED FOR, AND WHAT CAME OF IT");
        for (AuditLine line : lines) {
            out.printf(AUDIT, TIME.format(line.at()), line.kind(), shown(line.client()), shown(line.address()), line.times(),
                    shown(line.what()) + (line.outcome() == null ? "" : ": " + line.outcome()));
        }
        out.printf("%d lines of %s beside the orders: refusals and what operators did%n%n", lines.size(), day);
    }

    private void print(OrderEntry entry) {
        Terms terms = entry.terms();
        out.printf(ROW, TIME.format(entry.createdAt()), entry.state().wire(), terms.action().wire(), shown(terms.stockCode()),
                terms.quantity(), terms.price() == 0 ? "market" : terms.price(),
                entry.placement() == null ? "-" : entry.placement().orderNo(),
                shown(entry.origin().client() == null ? entry.origin().caller() : entry.origin().client()),
                entry.origin().givenKey() == null ? entry.id() : entry.origin().givenKey(), entry.reason() == null ? "" : entry.reason());
    }

    private static String shown(String text) {
        return text == null ? "-" : text;
    }
}
