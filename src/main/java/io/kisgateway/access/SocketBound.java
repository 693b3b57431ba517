package io.kisgateway.access;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import java.util.concurrent.TimeUnit;

/** Ends a WebSocket some seconds after it has been told so: a client that reads nothing would never hear of it. */
final class CloseBound extends ChannelOutboundHandlerAdapter {

    private static final long PATIENCE_SECONDS = 5;

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
