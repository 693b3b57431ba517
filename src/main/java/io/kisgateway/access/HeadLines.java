package io.kisgateway.access;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ByteProcessor;

/**
 * Refuses a header that goes on in the next line: others read such a request differently. Hands heads on one by one, and is told
 * by {@link PipelineBound} what follows each. Used by its connection's event loop only.
 */
final class HeadLines extends ChannelInboundHandlerAdapter implements ByteProcessor {

    private static final long UNTIL_TOLD = -1;

    private final Runnable refuse;
    private long bodyLeft;
    private boolean anyLine;
    private boolean lineEmpty = true;
    private boolean lineBegins = true;
    private boolean folded;
    private boolean over;

    /** @param refuse answers and ends the connection */
    HeadLines(Runnable refuse) {
        this.refuse = refuse;
    }

    /** A head has been read. @param length of the body that follows; negative if it tells its end itself */
    void follows(long length) {
        bodyLeft = length < 0 ? UNTIL_TOLD : length;
        anyLine = false;
        lineEmpty = true;
        lineBegins = true;
    }

    /** A body that tells its end itself has ended. */
    void bodyEnded() {
        bodyLeft = 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            while (bytes.isReadable() && !over) {
                context.fireChannelRead(bytes.readRetainedSlice(next(bytes)));
                if (folded) {
                    over = true;
                    refuse.run();
                }
            }
        } finally {
            bytes.release();
        }
    }

    /** How many of the bytes belong together: a head to its end, or of a body what is there. */
    private int next(ByteBuf bytes) {
        int all = bytes.readableBytes();
        if (bodyLeft == UNTIL_TOLD) {
            return all;
        }
        if (bodyLeft > 0) {
            int some = (int) Math.min(bodyLeft, all);
            bodyLeft -= some;
            return some;
        }
        int end = bytes.forEachByte(this);
        return folded ? 0 : end < 0 ? all : end - bytes.readerIndex() + 1;
    }

    /** @return false at the last byte of a head, or where a header goes on */
    @Override
    public boolean process(byte one) {
        if (one == '\n') {
            boolean end = lineEmpty && anyLine;
            anyLine |= !lineEmpty;
            lineEmpty = true;
            lineBegins = true;
            return !end;
        }
        if (lineBegins && anyLine && (one == ' ' || one == '\t')) {
            folded = true;
            return false;
        }
        lineBegins = false;
        lineEmpty &= one == '\r';
        return true;
    }
}
