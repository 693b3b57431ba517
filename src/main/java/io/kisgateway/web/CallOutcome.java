package io.kisgateway.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.OpenReply;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.ProblemJson;
import io.kisgateway.call.RawReply;
import io.kisgateway.call.Reply;
import io.kisgateway.call.ReplyForm;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one call ended, as its caller is answered. */
final class CallOutcome {

    private static final Logger LOG = LoggerFactory.getLogger(CallOutcome.class);

    private final ReplyWriter writer;
    private final Call call;
    private final Exchange exchange;

    CallOutcome(ReplyWriter writer, Call call, Exchange exchange) {
        this.writer = writer;
        this.call = call;
        this.exchange = exchange;
    }

    Answer answer(Problem problem) {
        if (problem != null) {
            return refusal(problem);
        }
        try {
            return success();
        } catch (RuntimeException | Error e) {
            return refusal(asProblem(e));
        }
    }

    private Answer success() {
        ClaimedOrder order = call.attribute(ClaimedOrder.class);
        if (order != null && !order.begun()) {
            throw new IllegalStateException("the route has claimed an order and sent none");
        }
        Object body = exchange.getMessage().getBody();
        if (body instanceof JsonNode) {
            throw new IllegalStateException("the route leaves KIS's reply as it is; a reply: step shapes it");
        }
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        String contentType = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, ReplyWriter.JSON, String.class);
        if (body instanceof OpenReply open) {
            return new Answer(open instanceof OpenReply.Socket ? 101 : 200, null, null, new byte[0], null);
        }
        if (body instanceof RawReply raw) {
            raw.headers().forEach(call::replyHeader);
            return formed(new Answer(raw.status(), raw.contentType(), null, raw.body(), null));
        }
        if (body instanceof Reply reply) {
            return new Answer(status, contentType, null, writer.success(reply, call), null);
        }
        byte[] bytes = body instanceof Map || body instanceof List || body instanceof Record
                ? writer.plain(body) : exchange.getMessage().getBody(byte[].class);
        return formed(new Answer(status, contentType, null, bytes == null ? new byte[0] : bytes, null));
    }

    private Answer formed(Answer usual) {
        ReplyForm form = call.attribute(ReplyForm.class);
        return form == null ? usual : form.success(usual, call);
    }

    Answer refusal(Problem problem) {
        ReplyForm form = call.attribute(ReplyForm.class);
        if (form != null) {
            return form.refusal(problem, call);
        }
        return new Answer(problem.code().status(), ProblemJson.TYPE, problem.retryAfter(),
                writer.problem(problem, call), problem);
    }

    Problem asProblem(Throwable thrown) {
        return Problem.in(thrown).orElseGet(() -> {
            LOG.error("Request {} to {} failed inside the gateway", call.requestId(), call.endpoint(), thrown);
            return Problem.of(ProblemCode.INTERNAL, "An unexpected fault inside the gateway; the log has it under the request id");
        });
    }
}
