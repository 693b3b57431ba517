package io.kisgateway.redis;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why Redis turns connections away that it took before, such as a changed password: Redisson tries on in silence. */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final int MOST_CHARACTERS = 80;

    private final RedisAddress address;
    private final BooleanSupplier isReached;
    /** The words since it took a connection. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param isReached whether Redis has answered once; before that whoever tries says why it fails */
    Refusals(RedisAddress address, BooleanSupplier isReached) {
        this.address = address;
        this.isReached = isReached;
    }

    /** What reads the first answer on a new connection, that to its password. */
    ChannelHandler ofConnection() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.pipeline().remove(this);
                if (message instanceof ByteBuf bytes) {
                    read(bytes.toString(bytes.readerIndex(), Math.min(bytes.readableBytes(), MOST_CHARACTERS), StandardCharsets.US_ASCII));
                }
                context.fireChannelRead(message);
            }
        };
    }

    private void read(String firstAnswer) {
        Matcher word = Reason.SERVER_ERROR.matcher(firstAnswer);
        if (!firstAnswer.startsWith("-") || !word.find()) {
            told.clear();
        } else if (isReached.getAsBoolean() && told.add(word.group())) {
            LOG.warn("Redis {} turns connections away ({}); trying on", address, word.group());
        }
    }
}
