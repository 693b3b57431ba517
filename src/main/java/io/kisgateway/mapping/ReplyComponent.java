package io.kisgateway.mapping;

import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * How KIS's reply becomes the caller's: {@code reply:mappings/snapshot.jslt}, a JSLT file of the routes folder, of the
 * class path or, with {@code file:}, of anywhere; or {@code reply:inline} with the mapping in the parameter
 * {@code template}. It sees the exchange's variables as {@code $name} and this package's functions, and is read and
 * compiled when the route is made; the build has done that with those of the jar, so they are when they are first needed.
 */
@Component("reply")
public final class ReplyComponent extends DefaultComponent {

    static final String INLINE = "inline";

    private final Collection<Function> functions;
    private final Mappings mappings;
    private final boolean checks;
    private final Map<String, UnseenMembers> unseen = new ConcurrentHashMap<>();

    /** @param checks whether routes are made to find out whether they are right: then each mapping is compiled with its route */
    public ReplyComponent(Collection<Function> functions, Mappings mappings, boolean checks) {
        this.functions = List.copyOf(functions);
        this.mappings = mappings;
        this.checks = checks;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        Object template = parameters.remove("template");
        if (remaining.equals(INLINE) != (template != null)) {
            throw new IllegalArgumentException("a mapping is either reply:inline with the parameter template, or reply:<file>");
        }
        return new ReplyEndpoint(uri, this, remaining, template == null ? null : template.toString());
    }

    /** Members that mappings read and no reply of KIS has had so far, by the mapping's name. */
    public Map<String, Set<String>> unseen() {
        Map<String, Set<String>> all = new TreeMap<>();
        unseen.forEach((name, members) -> {
            if (!members.missing().isEmpty()) {
                all.put(name, members.missing());
            }
        });
        return all;
    }

    /** The members of KIS's reply that the mapping of this name reads, as it was compiled last. */
    public Set<String> members(String name) {
        UnseenMembers read = unseen.get(name);
        return read == null ? Set.of() : read.all();
    }

    /** Whether a mapping may be wrong, or another one later. */
    boolean isCompiledAtOnce(String name, String template) {
        return checks || template != null || name.contains(":") || mappings.outside(name).isPresent();
    }

    /** @param template the mapping itself, or null if it is in the file of that name */
    Mapping compile(String name, String template) throws IOException {
        try (Reader source = template == null ? mappings.open(getCamelContext(), name) : new StringReader(template)) {
            Mapping mapping =
                    Mapping.of(name, new Parser(source).withFunctions(functions).withObjectFilter("true").withSource(name).compile(),
                            functions);
            // Routes that share a mapping share what is known of it.
            UnseenMembers read = mapping.unseen();
            return mapping.with(unseen.compute(name, (same, before) -> before != null && before.all().equals(read.all()) ? before : read));
        } catch (JsltException e) {
            // The parser goes on with everything that it would have liked better.
            String reason = e.getMessage().replaceAll("(?s)\\s+Was expecting.*", "").replaceAll("\\s+", " ")
                    .replaceFirst("Encountered \"<EOF>\" at .*", "it ends too early")
                    .replaceFirst("Encountered \" [^ ]+ \"(.*?) \"\" at", "$1 is not expected at");
            throw new IllegalArgumentException("mapping " + name + ": " + reason);
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw new IllegalArgumentException("there is no mapping " + name);
        }
    }
}
