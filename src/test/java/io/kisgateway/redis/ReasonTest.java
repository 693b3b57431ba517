package io.kisgateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.throttle.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.redisson.client.RedisException;

/** What fails behind a connection is said in words that an operator knows, in Korean too, and never by the name of a class. */
class ReasonTest {

    private static String reason(String address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(1)).build();
        String reason = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.discarding())
                .handle((reply, failure) -> failure == null ? "none" : Reason.of(failure)).join();
        assertThat(reason).doesNotContain("Exception");
        return reason;
    }

    private static void isSaidInKoreanToo(String reason) throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/console/words.js"))).contains("[/" + reason);
    }

    @Test
    void nobodyListens() throws IOException {
        assertThat(reason("http://127.0.0.1:" + FreePort.next())).isEqualTo("connection refused");
        isSaidInKoreanToo("connection refused");
    }

    @Test
    void nobodyHasTheName() throws IOException {
        assertThat(reason("http://nobody.invalid/")).isEqualTo("unknown host name");
        isSaidInKoreanToo("unknown host name");
    }

    @Test
    void nobodyAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(reason("http://127.0.0.1:" + silent.getLocalPort())).isEqualTo("no answer in time");
        }
        isSaidInKoreanToo("no answer in time");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "DENIED Redis is running in protected mode because no password is set. channel: s3cret | DENIED",
        "ERR max number of clients reached. channel: s3cret | max number of clients reached",
        "ERR DB index is out of range. command: (SELECT), params: [s3cret] | DB index is out of range",
        "ERR invalid DB index. command: (SELECT), params: [s3cret] | invalid DB index",
        "ERR AUTH <password> called without any password configured for the default user. | without any password configured",
        "ERR unknown command 'XADD', with args beginning with: 's3cret' | unknown command",
        "ERR This instance has cluster support disabled | cluster support disabled",
        "WRONGTYPE Operation against a key holding the wrong kind of value script: s3cret | WRONGTYPE",
        "ERR s3cret | an error of Redis"})
    void redisSaysItInItsOwnWordsAndNothingThatWasSent(String message, String reason) {
        assertThat(Reason.of(new CompletionException(new RedisException(message)))).isEqualTo(reason);
    }

    /** The log said {@code StacklessClosedChannelException}. */
    @Test
    void theConnectionIsClosed() throws IOException {
        try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread closing = new Thread(() -> {
                try {
                    // Java's client tries twice.
                    while (true) {
                        rude.accept().close();
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            closing.start();
            assertThat(reason("http://127.0.0.1:" + rude.getLocalPort())).isEqualTo("connection closed");
        }
        assertThat(Reason.of(new ClosedChannelException())).isEqualTo("connection closed");
        isSaidInKoreanToo("connection closed");
    }
}
