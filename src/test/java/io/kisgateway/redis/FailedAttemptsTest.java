package io.kisgateway.redis;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis is tried until it answers; what failed leaves nothing behind. */
class FailedAttemptsTest {

    private static final int BOUND_MILLIS = 60_000;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void leaveNoConnectionOpenToARedisThatIsSilent() throws Exception {
        EventLoopGroup network = new NioEventLoopGroup(1);
        List<Socket> accepted = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RedisConnection connection = RedisConnection.open(
                        RedisAddress.parse("redis://127.0.0.1:" + silent.getLocalPort()), "t:", network, Runnable::run)) {
            silent.setSoTimeout(BOUND_MILLIS);
            for (int i = 0; i < 4; i++) {
                accepted.add(silent.accept());
            }
            for (Socket old : accepted.subList(0, 2)) {
                old.setSoTimeout(BOUND_MILLIS);
                assertThatCode(() -> old.getInputStream().transferTo(OutputStream.nullOutputStream()))
                        .as("what %s had sent has an end, for it is closed", connection).doesNotThrowAnyException();
            }
        } finally {
            for (Socket one : accepted) {
                one.close();
            }
            var unused = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
