package io.kisgateway.campaign;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Tells the trades out of the bytes that one listener gets, and looks at no more of them than it must. */
final class ListenerStream {

    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int SOLD = 15;
    private static final byte[] ID = "\nid: ".getBytes(StandardCharsets.US_ASCII);

    private final boolean json;
    private final Trades trades;
    private final Consumer<String> answer;
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean greeted;
    private int matched;
    private long sequence = -1;

    /** Gets the number of each trade that comes. */
    interface Trades {
        void trade(long number);
    }

    /**
     * @param json   server-sent events, else KIS's WebSocket
     * @param answer to the handshake, and then whatever is no trade
     */
    ListenerStream(boolean json, Trades trades, Consumer<String> answer) {
        this.json = json;
        this.trades = trades;
        this.answer = answer;
    }

    void read(ByteBuffer some) {
        ByteBuffer all = some;
        if (rest.hasRemaining()) {
            all = ByteBuffer.allocate(rest.remaining() + some.remaining()).put(rest).put(some).flip();
        }
        if (!greeted) {
            greet(all);
        }
        if (greeted && json) {
            events(all);
        } else if (greeted) {
            frames(all);
        }
        rest = all.hasRemaining() ? ByteBuffer.allocate(all.remaining()).put(all).flip() : all.slice();
    }

    private void greet(ByteBuffer all) {
        String head = StandardCharsets.US_ASCII.decode(all.duplicate()).toString();
        int end = head.indexOf("\r\n\r\n");
        if (end > 0) {
            greeted = true;
            all.position(all.position() + end + 4);
            answer.accept(head.substring(0, end));
        }
    }

    private void frames(ByteBuffer all) {
        while (all.remaining() >= 2) {
            int start = all.position();
            int code = all.get(start) & 0x0f;
            int length = all.get(start + 1) & 0x7f;
            int head = length < 126 ? 2 : 4;
            if (all.remaining() < head) {
                return;
            }
            length = length < 126 ? length : all.getShort(start + 2) & 0xffff;
            if (all.remaining() < head + length) {
                return;
            }
            frame(all, code, start + head, length);
            all.position(start + head + length);
        }
    }

    private void frame(ByteBuffer all, int code, int from, int length) {
        if (code == TEXT && all.get(from) == '0') {
            int at = field(all, from, SOLD);
            trades.trade(number(all, at) + number(all, field(all, at, 1)));
        } else if (code == TEXT || code == CLOSE) {
            byte[] text = new byte[length];
            all.get(from, text);
            answer.accept(new String(text, StandardCharsets.UTF_8));
        }
    }

    private static int field(ByteBuffer all, int from, int which) {
        int at = from;
        for (int left = which; left > 0; at++) {
            left -= all.get(at) == '^' ? 1 : 0;
        }
        return at;
    }

    private static long number(ByteBuffer all, int from) {
        long number = 0;
        for (int at = from; all.get(at) >= '0' && all.get(at) <= '9'; at++) {
            number = 10 * number + all.get(at) - '0';
        }
        return number;
    }

    /** The second number of each id ascends; chunks of HTTP are cut between events. */
    private void events(ByteBuffer all) {
        while (all.hasRemaining()) {
            byte one = all.get();
            if (matched < ID.length) {
                matched = one == ID[matched] ? matched + 1 : one == ID[0] ? 1 : 0;
            } else if (one == '-') {
                sequence = 0;
            } else if (one == '\n') {
                trades.trade(sequence);
                matched = 1;
                sequence = -1;
            } else if (sequence >= 0) {
                sequence = 10 * sequence + one - '0';
            }
        }
    }
}
