package io.kisgateway.kept;

import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes {@code kept:name} endpoints: what KIS may be asked at most once a day. Bound in the registry as {@code kept}. */
@Component("kept")
public final class KeptComponent extends DefaultComponent {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

    private final KeptReplies replies;

    public KeptComponent(KeptReplies replies) {
        this.replies = replies;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (!NAME.matcher(remaining).matches()) {
            throw new IllegalArgumentException("kept:" + remaining + " is not like kept:trading-days");
        }
        return new KeptEndpoint(uri, this, remaining);
    }

    KeptReplies replies() {
        return replies;
    }
}
