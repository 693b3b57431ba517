package io.kisgateway.front;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.function.IntSupplier;

/** How clients in use send an order again by themselves, as their source has it. */
enum RepeatingClient {
    /** Any status but 200 and any broken connection, twice in all. */
    KIS_AGENT(2, 15_000) {
        @Override
        boolean repeats(int status) {
            return status != 200;
        }
    },
    /** 429, 5xx, time-out, broken connection: four times in all. */
    CLUEFIN(4, 30_000) {
        @Override
        boolean repeats(int status) {
            return status == 429 || status >= 500;
        }
    },
    /** Time-out and broken connection only, five times in all. */
    YOUHOGEON(5, 10_000) {
        @Override
        boolean repeats(int status) {
            return false;
        }
    },
    /**
     * One that gives up after a moment and tries again, as an impatient script does; no reply comes in the very moment in which it gives
     * up, which nobody can tell from one that was read.
     */
    IMPATIENT(6, 400) {
        @Override
        boolean repeats(int status) {
            return status != 200;
        }
    };

    private final int tries;
    private final int timeout;

    RepeatingClient(int tries, int timeout) {
        this.tries = tries;
        this.timeout = timeout;
    }

    abstract boolean repeats(int status);

    /**
     * Orders for cash until it has what it takes for an answer, or has tried often enough.
     *
     * @param port asked before each try
     * @return the reply that it ends with; null if it never got one
     */
    FrontRig.Reply order(IntSupplier port, String body) {
        FrontRig.Reply last = null;
        for (int i = 0; i < tries; i++) {
            try (Socket socket = open(port.getAsInt(), body)) {
                last = FrontRig.read(socket);
                if (!repeats(last.status())) {
                    return last;
                }
            } catch (IOException e) {
                last = null;
            }
        }
        return last;
    }

    /** A connection on which an order has been sent. */
    Socket open(int port, String body) throws IOException {
        Map<String, String> headers = FrontRig.headers("TTTC0012U");
        headers.put("appkey", name());
        headers.put("Content-Type", "application/json");
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(timeout);
        socket.getOutputStream().write(FrontRig.request("POST", FrontRig.CASH, headers, body));
        return socket;
    }
}
