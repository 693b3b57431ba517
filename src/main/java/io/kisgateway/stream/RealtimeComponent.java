package io.kisgateway.stream;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * Where records of KIS come from: {@code realtime:trade?trId=H0STCNT0} gives the route that begins with it every record of that TR,
 * an object of its columns as texts, with the variables {@code kind}, {@code code} and {@code date}, today in Korea. The route maps it
 * and hands it to the step {@code realtime-publish}.
 */
@Component("realtime")
public final class RealtimeComponent extends DefaultComponent {

    private final Kinds kinds;
    private final RealtimeTrs trs = RealtimeTrs.load();

    RealtimeComponent(Kinds kinds) {
        this.kinds = kinds;
    }

    /** Its routes get no records. */
    public static RealtimeComponent idle() {
        return new RealtimeComponent(new Kinds(false, null));
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new RealtimeEndpoint(uri, this, remaining, parameters);
    }

    Kinds kinds() {
        return kinds;
    }

    RealtimeTrs trs() {
        return trs;
    }
}
