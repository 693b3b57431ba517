package io.kisgateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.call.Answer;
import io.kisgateway.call.Call;
import io.kisgateway.call.ClaimedOrder;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Reply;
import io.kisgateway.testing.AnyOrder;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** What a route leaves behind that nobody has checked. */
class CallOutcomeTest {

    private final JsonMapper json = JsonMapper.builder().build();
    private final Call call = new Call("r", "my-endpoint", "/api/my-endpoint", true, System::nanoTime);
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    private Answer answer(Object body) {
        exchange.getMessage().setBody(body);
        return new CallOutcome(new ReplyWriter(json), call, exchange).answer(null);
    }

    @Test
    void anOrderThatWasClaimedAndNotSentIsNoSuccess() {
        call.attribute(ClaimedOrder.class, new AnyOrder() {
            @Override
            public boolean begun() {
                return false;
            }
        });

        assertThat(answer(new Reply(json.createObjectNode())).problem().code()).isEqualTo(ProblemCode.INTERNAL);
    }

    @Test
    void kissReplyAsItIsGoesToNobody() {
        assertThat(answer(json.createObjectNode().put("rt_cd", "0")).problem().code()).isEqualTo(ProblemCode.INTERNAL);
        assertThat(answer(new Reply(json.createObjectNode())).status()).isEqualTo(200);
    }
}
