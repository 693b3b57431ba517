package io.kisgateway.access;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.util.concurrent.TimeUnit;

/**
 * Ends a WebSocket some seconds after it has been told so, since a client that reads nothing would never hear of it, and answers no
 * pings of one who does not read the answers.
 */
final class SocketBound extends ChannelDuplexHandler {

    private static final long PATIENCE_SECONDS = 5;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof PingWebSocketFrame ping && !context.channel().isWritable()) {
            ping.release();
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof CloseWebSocketFrame) {
            var end = context.executor().schedule(() -> {
                var unused = context.close();
            }, PATIENCE_SECONDS, TimeUnit.SECONDS);
            context.channel().closeFuture().addListener(closed -> end.cancel(false));
        }
        var unused = context.write(message, promise);
    }
}
