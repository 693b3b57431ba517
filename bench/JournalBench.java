package bench;

import com.sun.management.OperatingSystemMXBean;
import io.kisgateway.order.journal.EntryJson;
import io.kisgateway.order.journal.Journal;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Placement;
import io.kisgateway.order.journal.Retention;
import io.kisgateway.order.journal.StoredReply;
import io.kisgateway.order.journal.Terms;
import io.kisgateway.redis.RedisAddress;
import io.kisgateway.redis.RedisConnection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a day of 100,000 orders costs in the journal. See README.md beside this file. */
public final class JournalBench {

    private static final int ORDERS = 100_000;
    private static final int MEASURED = 1000;
    private static final int AT_ONCE = 64;
    private static final int PAGES = 50;
    private static final Retention RETENTION = new Retention(Duration.ofDays(7), Duration.ofHours(24));
    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final AtomicLong MOST_HEAP = new AtomicLong();

    private final Supplier<Journal> journals;
    private Journal journal;
    private int orders;

    private JournalBench(Supplier<Journal> journals) {
        this.journals = journals;
    }

    public static void main(String[] args) throws Exception {
        System.out.printf("%d processors, Java %s, heap at most %d MB%n%n", Runtime.getRuntime().availableProcessors(), Runtime.version(),
                Runtime.getRuntime().maxMemory() >> 20);
        watchHeap();
        if (args.length == 0) {
            Path data = Files.createTempDirectory(Path.of("."), "journal-bench");
            AtomicInteger folders = new AtomicInteger();
            try {
                new JournalBench(
                        () -> Journal.inFolder(data.resolve("empty-" + folders.incrementAndGet()), "bench", RETENTION, Clock.systemUTC(),
                                Runnable::run))
                        .startsEmpty();
                new JournalBench(() -> Journal.inFolder(data.resolve("orders"), "bench", RETENTION, Clock.systemUTC(), Runnable::run))
                        .run();
            } finally {
                delete(data);
            }
        } else {
            try (RedisConnection redis = RedisConnection.open(RedisAddress.parse(args[0]), "journal-bench:")) {
                redis.client().getKeys().deleteByPattern("journal-bench:*");
                new JournalBench(() -> Journal.inRedis(redis, () -> "bench", "bench", RETENTION, Clock.systemUTC(), Runnable::run)).run();
                redis.client().getKeys().deleteByPattern("journal-bench:*");
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void print(String what, String format, Object... values) {
        System.out.printf(Locale.ROOT, "%-50s %s%n", what, String.format(Locale.ROOT, format, values));
    }

    /** The first opening loads SQLite; the second is what a start costs. */
    private void startsEmpty() {
        open();
        journal.close();
        print("start, empty", "%.0f ms", open());
        journal.close();
    }

    private double open() {
        long begin = System.nanoTime();
        journal = journals.get();
        join(journal.open());
        return (System.nanoTime() - begin) / 1e6;
    }

    private void run() throws InterruptedException {
        open();
        one();
        oneByOne("warm-up");
        double first = oneByOne("an order, at the beginning of the day");
        fill();
        double last = oneByOne("an order, after 100,000");
        print("  last to first", "%.2f times", last / first);
        pages();
        print("confirmed numbers of a stock (a tenth of all)", "%.0f ms",
                millis(() -> join(journal.confirmed(LocalDate.now(ZoneOffset.ofHours(9)), code(0)))));
        journal.close();
        print("start, after the day", "%.0f ms", open());
        journal.close();
        print("heap, the most that was used", "%d MB", MOST_HEAP.get() >> 20);
    }

    private static void watchHeap() {
        Thread watch = new Thread(() -> {
            while (true) {
                MOST_HEAP.accumulateAndGet(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), Math::max);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }, "heap");
        watch.setDaemon(true);
        watch.start();
    }

    /** Median, milliseconds. */
    private double oneByOne(String what) {
        double[] took = new double[MEASURED];
        for (int i = 0; i < MEASURED; i++) {
            took[i] = millis(this::one);
        }
        Arrays.sort(took);
        double median = took[MEASURED / 2];
        print(what, "median %.2f ms, 99 %% %.2f ms", median, took[MEASURED * 99 / 100]);
        return median;
    }

    private void fill() throws InterruptedException {
        Semaphore room = new Semaphore(AT_ONCE);
        long begin = System.nanoTime();
        int begun = orders;
        while (orders < ORDERS) {
            room.acquire();
            order().whenComplete((done, failure) -> {
                room.release();
                if (failure != null) {
                    failure.printStackTrace();
                }
            });
        }
        room.acquire(AT_ONCE);
        double seconds = (System.nanoTime() - begin) / 1e9;
        print("orders, 64 at a time", "%.0f a second", (orders - begun) / seconds);
    }

    private void pages() {
        LocalDate today = LocalDate.now(ZoneOffset.ofHours(9));
        page(today, null);
        String next = null;
        long cpu = SYSTEM.getProcessCpuTime();
        long begin = System.nanoTime();
        long bytes = 0;
        for (int i = 0; i < PAGES; i++) {
            Journal.Page page = page(today, next);
            bytes += page.entries().stream().mapToLong(entry -> EntryJson.described(entry).toString().length()).sum();
            next = page.next();
        }
        print("a page of 100, as JSON", "%.1f ms of CPU, %.1f ms, %d KB", (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / PAGES,
                (System.nanoTime() - begin) / 1e6 / PAGES, bytes / PAGES / 1024);
    }

    private Journal.Page page(LocalDate day, String after) {
        return join(journal.list(day, null, after, 100));
    }

    private static double millis(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e6;
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private void one() {
        join(order());
    }

    private static String code(int order) {
        return String.format(Locale.ROOT, "00%04d", 5930 + order % 10);
    }

    /** All that is written of an order with a key: received, about to be sent, placed. */
    private CompletionStage<?> order() {
        int number = ++orders;
        Instant now = Instant.now();
        Terms terms = new Terms(Terms.Action.BUY, code(number), 1, 71_000, null);
        String id = Long.toString(now.toEpochMilli(), 36) + "b" + String.format(Locale.ROOT, "%06d", number);
        OrderEntry received = OrderEntry.received(id, terms,
                new Origin("trading-buy", "strategy-1 at 10.0.0.7", "strategy-1", "r" + number, "bench", "key-" + number,
                        "0123456789abcdef"),
                now);
        OrderEntry sending = received.sending(terms, String.format(Locale.ROOT, "%010d", number), now, now.plusSeconds(30));
        String orderNo = String.format(Locale.ROOT, "%010d", number);
        String body = "{\"success\":true,\"order_no\":\"" + orderNo + "\",\"data\":{\"order_no\":\"" + orderNo
                + "\",\"organization_no\":\"00950\","
                + "\"ordered_at\":\"2026-11-23T09:00:00+09:00\",\"stock_code\":\"005930\",\"side\":\"buy\",\"quantity\":1,\"price\":71000,"
                + "\"type\":\"limit\"},\"request_id\":\"r" + number + "\",\"response_time\":0.05}";
        OrderEntry placed = sending.placed(new Placement(orderNo, "00950", "2026-11-23T09:00:00+09:00", true),
                new StoredReply(200, "application/json", body), now);
        return journal.create(received, null).thenCompose(done -> check(done, journal.replace(sending)))
                .thenCompose(done -> check(done, journal.replace(placed))).thenAccept(JournalBench::check);
    }

    private static CompletionStage<Journal.Written> check(Journal.Written written, CompletionStage<Journal.Written> next) {
        check(written);
        return next;
    }

    private static void check(Journal.Written written) {
        if (written != Journal.Written.DONE) {
            throw new IllegalStateException("written: " + written);
        }
    }
}
