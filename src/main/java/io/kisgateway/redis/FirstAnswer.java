package io.kisgateway.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads the first answer on a connection: that is where Redis refuses a password, which Redisson tries on with in silence. */
final class FirstAnswer extends ChannelInboundHandlerAdapter {

    private static final int MOST_CHARACTERS = 40;

    private final Consumer<String> read;

    /** @param read takes how it begins */
    FirstAnswer(Consumer<String> read) {
        this.read = read;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        context.pipeline().remove(this);
        if (message instanceof ByteBuf bytes) {
            read.accept(bytes.toString(bytes.readerIndex(), Math.min(bytes.readableBytes(), MOST_CHARACTERS), StandardCharsets.US_ASCII));
        }
        context.fireChannelRead(message);
    }
}
