package io.kisgateway.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Reply;
import java.nio.file.Path;
import java.time.InstantSource;
import org.apache.camel.BindToRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** The {@code reply:} step in a route of its own. */
class ReplyStepTest extends CamelTestSupport {

    private static final String TEMPLATE =
            "{\"data\": {\"code\": $stock_code, \"price\": whole(.output.stck_prpr), \"none\": null, \"list\": []}}";

    @BindToRegistry("reply")
    final ReplyComponent reply = new ReplyComponent(new Functions(InstantSource.system()).all(), new Mappings((Path) null), true);

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:misspelt").to("reply:inline?template=RAW({\"data\": [for (.output1) .a]})");
                from("direct:in").to("reply:inline?template=RAW(" + TEMPLATE + ")");
            }
        };
    }

    @Test
    void mapsWithTheExchangesVariablesAndKeepsNullsAndEmptyLists() throws Exception {
        Reply mapped = send("{\"output\":{\"stck_prpr\":\"  71200\"}}").getMessage().getBody(Reply.class);
        assertThat(mapped.members()).hasToString("{\"data\":{\"code\":\"005930\",\"price\":71200,\"none\":null,\"list\":[]}}");
    }

    @Test
    void whatIsMissingIsUnreadableAndNeverZero() throws Exception {
        assertThat(send("{\"output\":{}}").getException()).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(problem.code()).isEqualTo(ProblemCode.KIS_UNREADABLE));
    }

    /** A misspelt member of KIS's would else be data of nothing, with success. */
    @Test
    void dataOfNothingIsUnreadableAndNamesTheMapping() throws Exception {
        assertThat(template.request("direct:misspelt", exchange -> exchange.getMessage().setBody(new JsonMapper()
                .readTree("{\"output\":[{\"a\":\"1\"}]}"))).getException()).isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ProblemCode.KIS_UNREADABLE);
                    assertThat(problem.detail()).contains("the mapping inline");
                });
    }

    private Exchange send(String kis) throws Exception {
        var body = new JsonMapper().readTree(kis);
        return template.request("direct:in", exchange -> {
            exchange.setVariable("stock_code", "005930");
            exchange.getMessage().setBody(body);
        });
    }
}
