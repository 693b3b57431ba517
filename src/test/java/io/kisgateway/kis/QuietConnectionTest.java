package io.kisgateway.kis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a connection that lay idle can still be used. */
class QuietConnectionTest {

    private final QuietConnection connection = new QuietConnection();
    private ServerSocket server;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        connection.bind(SocketChannel.open(server.getLocalSocketAddress()).socket());
        peer = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
        server.close();
    }

    private void awaitStale() {
        await().until(connection::isStale);
    }

    @Test
    void silenceIsLifeAndLookingHarmsNothing() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(connection.isStale()).isFalse();
        }
        connection.getSocket().setSoTimeout(5000);
        connection.getSocket().getOutputStream().write('?');
        assertThat(peer.getInputStream().read()).isEqualTo('?');
        peer.getOutputStream().write('!');
        assertThat(connection.getSocket().getInputStream().read()).isEqualTo('!');
        assertThat(connection.isStale()).isFalse();
    }

    @Test
    void anEndIsSeen() throws IOException {
        peer.close();
        awaitStale();
    }

    @Test
    void aResetIsSeen() throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
        awaitStale();
    }

    @Test
    void whatNobodyAskedForIsNotTakenForTheNextReply() throws IOException {
        peer.getOutputStream().write("HTTP/1.1 408 Request Timeout\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        awaitStale();
    }

    @Test
    void oneThatIsClosedOrWasNeverOpenIsOfNoUse() throws IOException {
        connection.close();
        assertThat(connection.isStale()).isTrue();
        assertThat(new QuietConnection().isStale()).isTrue();
    }
}
