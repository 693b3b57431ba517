package io.kisgateway.realtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a server's WebSocket writes for a text: one frame, not masked (RFC 6455, 5.2). */
final class TextFrame {

    private static final byte TEXT = (byte) 0x81;
    private static final int SHORT = 125;
    private static final byte TWO_BYTES = 126;
    private static final byte EIGHT_BYTES = 127;
    private static final int MOST_OF_TWO_BYTES = 0xffff;
    private static final int LONGEST_HEAD = 10;

    private TextFrame() {}

    static byte[] of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(LONGEST_HEAD + bytes.length).put(TEXT);
        if (bytes.length <= SHORT) {
            frame.put((byte) bytes.length);
        } else if (bytes.length <= MOST_OF_TWO_BYTES) {
            frame.put(TWO_BYTES).putShort((short) bytes.length);
        } else {
            frame.put(EIGHT_BYTES).putLong(bytes.length);
        }
        frame.put(bytes);
        return Arrays.copyOf(frame.array(), frame.position());
    }
}
