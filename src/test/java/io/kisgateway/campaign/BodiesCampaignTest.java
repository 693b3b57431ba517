package io.kisgateway.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kisgateway.simulator.RateLimits;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import io.kisgateway.testing.GatewayProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four thousand connections with bodies of 60 KB that do not end, at a gateway as small as its image makes it. */
@Tag("campaign")
class BodiesCampaignTest {

    private static final int CONNECTIONS = 4000;
    private static final long MOST_MEGABYTES = 512;

    private final Simulator kis = Simulator.start(SimulatorOptions.builder().rateLimits(RateLimits.OFF).build());

    @Test
    void takeNoMoreMemoryThanTheContainerHas() throws Exception {
        ByteBuffer begun =
                ByteBuffer.wrap(("POST /api/market-data/snapshot HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 60001\r\n\r\n" + " ".repeat(60_000)).getBytes(StandardCharsets.US_ASCII));
        List<SocketChannel> open = new ArrayList<>();
        try (Report report = new Report("bodies", "4,000 connections with bodies of 60 KB that do not end");
                GatewayProcess gateway = Launch.gateway("bodies", kis, Map.of(), "-Xmx256m", "-XX:MaxDirectMemorySize=96m")) {
            gateway.awaitReady();
            report.row("resident before, MiB", resident(gateway));
            long most = 0;
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
                open.add(channel);
                if (i % 100 == 99) {
                    open.subList(i - 99, i + 1).forEach(one -> write(one, begun.duplicate()));
                    most = Math.max(most, resident(gateway));
                }
            }
            open.forEach(one -> write(one, begun.duplicate()));
            most = Math.max(most, resident(gateway));
            assertThat(gateway.management().get("/health/live").status()).isEqualTo(200);
            report.row("resident at most, MiB", most);
            await().until(() -> gateway.http().get("/health/live").status() == 200);
            assertThat(most).isLessThan(MOST_MEGABYTES);
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
            kis.close();
        }
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) {
        try {
            if (channel.finishConnect()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            // One too many, and closed.
        }
    }

    private static long resident(GatewayProcess gateway) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(gateway.process().pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
