package io.kisgateway.access;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Supplier;

/**
 * Ends a connection that sends requests without ever waiting for their answers, or a body that is none. Used by its connection's
 * event loop only.
 */
final class PipelineBound extends ChannelDuplexHandler {

    private static final int MOST_UNANSWERED = 64;

    private final Supplier<FullHttpResponse> malformed;
    private int unanswered;

    /** @param malformed what the sender of a body that is none is told */
    PipelineBound(Supplier<FullHttpResponse> malformed) {
        this.malformed = malformed;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpRequest) && message instanceof HttpContent content && content.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            if (unanswered == 1) {
                var unused = context.write(malformed.get());
            }
            unanswered = MOST_UNANSWERED + 1;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (message instanceof HttpRequest && ++unanswered > MOST_UNANSWERED) {
            var unused = context.close();
        }
        if (unanswered > MOST_UNANSWERED) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response && response.status().codeClass() != HttpStatusClass.INFORMATIONAL && unanswered > 0) {
            unanswered--;
        }
        var unused = context.write(message, promise);
    }
}
