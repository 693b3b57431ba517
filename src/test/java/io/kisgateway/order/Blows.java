package io.kisgateway.order;

import io.kisgateway.order.journal.DurableRedis;
import io.kisgateway.order.journal.Signals;
import io.kisgateway.testing.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What goes wrong around the gateways of the campaign, one after the other, drawn from its seed. */
final class Blows {

    private static final int ALL = -1;

    /** @param gateway which it met; all, if less than 0 */
    private record Blow(String what, int gateway, Instant from, Instant until) {}

    private interface Work {
        void run() throws InterruptedException;
    }

    private final Campaign.Plan plan;
    private final List<GatewayProcess> gateways;
    private final List<RedisLink> links;
    private final DurableRedis redis;
    private final Path folder;
    /** Makes KIS's ledger go away; run again, come back. */
    private final Runnable breakBooks;
    private final Runnable mendBooks;
    private final List<Blow> blows = new CopyOnWriteArrayList<>();

    Blows(Campaign.Plan plan, List<GatewayProcess> gateways, List<RedisLink> links, DurableRedis redis, Path folder, Runnable breakBooks,
            Runnable mendBooks) {
        this.plan = plan;
        this.gateways = gateways;
        this.links = links;
        this.redis = redis;
        this.folder = folder;
        this.breakBooks = breakBooks;
        this.mendBooks = mendBooks;
    }

    /** How many of each kind there were. */
    Map<String, Long> counts() {
        return blows.stream().collect(Collectors.groupingBy(Blow::what, TreeMap::new, Collectors.counting()));
    }

    /** Whether a gateway, its way to Redis or Redis was struck between two moments, or so shortly before that its sign of life was away. */
    boolean met(int gateway, Instant from, Instant until) {
        return blows.stream().anyMatch(blow -> (blow.gateway == gateway || blow.gateway == ALL) && blow.from.isBefore(until)
                && blow.until.plus(DurableRedis.SIGN_OF_LIFE).isAfter(from));
    }

    /** Returns when it is over. */
    void strike(CountDownLatch over) {
        Random draw = new Random(plan.seed() + 1);
        try {
            while (!over.await(plan.pause().toMillis() / 2L + draw.nextInt((int) plan.pause().toMillis()), TimeUnit.MILLISECONDS)) {
                int what = draw.nextInt(plan.redis() ? 11 : 5);
                int victim = draw.nextInt(gateways.size());
                long down = 200L + draw.nextInt(1500);
                switch (what) {
                    case 0, 1 -> blow("gateway killed -9", victim, () -> killGateway(victim, draw, down));
                    case 2 -> blow("gateway stopped", victim, () -> stopGateway(victim, down * 4));
                    case 3 -> blow("gateway restarted", victim, () -> restartGateway(victim));
                    case 4 -> blow("KIS's ledger away", gateways.size(), () -> between(breakBooks, down * 3, mendBooks));
                    case 5 -> blow("redis killed -9", ALL, () -> between(redis::kill, down, redis::startAgain));
                    case 6, 7 -> blow("link to redis cut", victim,
                            () -> between(links.get(victim)::cut, down * 6, links.get(victim)::mend));
                    case 8 -> blow("link to redis slow", victim, () -> slowLink(links.get(victim), draw, down * 3));
                    default -> blow("redis frozen", ALL, () -> between(redis::freeze, down * 2, redis::thaw));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void blow(String what, int gateway, Work work) throws InterruptedException {
        Instant from = Instant.now();
        work.run();
        blows.add(new Blow(what, gateway, from, Instant.now()));
    }

    private static void between(Runnable begin, long millis, Runnable end) throws InterruptedException {
        begin.run();
        TimeUnit.MILLISECONDS.sleep(millis);
        end.run();
    }

    private void killGateway(int victim, Random draw, long down) throws InterruptedException {
        GatewayProcess gateway = gateways.get(victim);
        gateway.kill();
        TimeUnit.MILLISECONDS.sleep(down);
        if (!plan.redis()) {
            tearLastWrite(draw);
        }
        gateway.start();
        gateway.awaitReady();
    }

    private void stopGateway(int victim, long down) throws InterruptedException {
        long process = gateways.get(victim).process().pid();
        between(() -> Signals.send("STOP", process), down, () -> Signals.send("CONT", process));
    }

    private void restartGateway(int victim) {
        GatewayProcess gateway = gateways.get(victim);
        gateway.close();
        gateway.start();
        gateway.awaitReady();
    }

    private static void slowLink(RedisLink link, Random draw, long down) throws InterruptedException {
        between(() -> link.slow(Duration.ofMillis(100L + draw.nextInt(300))), down, () -> link.slow(Duration.ZERO));
    }

    /** What a machine leaves behind that dies in the middle of a write: the beginning of one that nobody was told of. */
    private void tearLastWrite(Random draw) {
        try (Stream<Path> files = Files.walk(folder)) {
            Path log = files.filter(path -> path.toString().endsWith("-wal")).findFirst().orElse(null);
            if (log == null || Files.size(log) == 0) {
                return;
            }
            byte[] torn = new byte[1 + draw.nextInt(5000)];
            draw.nextBytes(torn);
            Files.write(log, torn, StandardOpenOption.APPEND);
            Instant now = Instant.now();
            blows.add(new Blow("last write torn", gateways.size(), now, now));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
