package io.kisgateway.web;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kisgateway.access.Need;
import io.kisgateway.call.Scope;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * What an endpoint accepts, declared in its route: {@code request:query}, {@code request:order} or, for everybody with or without
 * a key, {@code request:open}; its {@code scope} if that is not the usual one; and a parameter for
 * each member of the body (or of path and query string, where there is no body). Each accepted value becomes an exchange
 * variable of the same name; anything else ends the call with a problem that names the member.
 */
@Component("request")
public final class RequestComponent extends DefaultComponent {

    /** The one option that is no member of a request. */
    public static final String SCOPE = "scope";

    private static final Set<String> KINDS = Set.of(RequestEndpoint.QUERY, RequestEndpoint.ORDER, RequestEndpoint.OPEN);

    private final JsonMapper json;
    private final InstantSource clock;

    /**
     * @param json  reads strictly: no duplicate members, nothing after the object
     * @param clock of the defaults {@code today} and {@code now}
     */
    public RequestComponent(JsonMapper json, InstantSource clock) {
        this.json = Objects.requireNonNull(json);
        this.clock = Objects.requireNonNull(clock);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (!KINDS.contains(remaining)) {
            throw new IllegalArgumentException("request:" + remaining + " is none of request:query, request:order and request:open");
        }
        Object scope = parameters.remove(SCOPE);
        if (scope != null && Need.of(scope.toString()).isEmpty()) {
            throw new IllegalArgumentException("scope " + scope + " is none of " + Scope.all() + ", and no two of them with or between");
        }
        if (scope != null && remaining.equals(RequestEndpoint.OPEN)) {
            throw new IllegalArgumentException("request:open is for everybody, so that it has no scope");
        }
        List<Field> fields = new ArrayList<>();
        parameters.forEach((name, declaration) -> fields.add(Field.parse(name, String.valueOf(declaration), clock)));
        // A member whose type hangs on another is read after it.
        fields.sort(Comparator.comparing(field -> field.alternative() != null));
        parameters.clear();
        return new RequestEndpoint(uri, this, remaining, new RequestReader(json, fields, clock, !remaining.equals(RequestEndpoint.OPEN)));
    }
}
