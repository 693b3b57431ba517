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
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends a connection that sends requests without ever waiting for their answers, a body that is none, or one that has not ended in
 * time: who drips must not hold it for as long. Used by its connection's event loop only.
 */
final class PipelineBound extends ChannelDuplexHandler {

    private static final int MOST_UNANSWERED = 64;
    private static final long BODY_SECONDS = 10;

    private final Supplier<FullHttpResponse> malformed;
    private final HeadLines heads = new HeadLines(this::folded);
    private ChannelHandlerContext own;
    private int unanswered;
    private boolean bodyOpen;
    /** Null unless a body was still open when all that had come was read. */
    private Future<?> bodyEnd;

    /** @param malformed what the sender of a request that cannot be read is told */
    PipelineBound(Supplier<FullHttpResponse> malformed) {
        this.malformed = malformed;
    }

    /** What stands before it, and sees the bytes. */
    HeadLines heads() {
        return heads;
    }

    private void folded() {
        refuse(own, unanswered == 0);
    }

    /** Takes nothing more; what is answered goes out, then the connection ends. */
    void end() {
        refuse(own, false);
    }

    /** @param waits whether its sender gets no other answer before it */
    private void refuse(ChannelHandlerContext context, boolean waits) {
        if (waits) {
            var unused = context.write(malformed.get());
        }
        unanswered = MOST_UNANSWERED + 1;
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        own = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpRequest) && message instanceof HttpContent content && content.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            refuse(context, unanswered == 1);
            return;
        }
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            heads.follows(HttpUtil.isTransferEncodingChunked(request) ? -1 : HttpUtil.getContentLength(request, 0L));
            bodyOpen = true;
        } else if (message instanceof LastHttpContent) {
            heads.bodyEnded();
            bodyEnded();
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
    public void channelReadComplete(ChannelHandlerContext context) {
        if (bodyOpen && bodyEnd == null) {
            bodyEnd = context.executor().schedule(() -> {
                var unused = context.channel().pipeline().firstContext().close();
            }, BODY_SECONDS, TimeUnit.SECONDS);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        bodyEnded();
        context.fireChannelInactive();
    }

    private void bodyEnded() {
        bodyOpen = false;
        if (bodyEnd != null) {
            bodyEnd.cancel(false);
            bodyEnd = null;
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
