package io.kisgateway.kept;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The text form of what is kept. */
final class KeptJson {

    private static final Logger LOG = LoggerFactory.getLogger(KeptJson.class);
    private static final String ASKED_ON = "asked_on";
    private static final String REPLY = "reply";

    private final JsonMapper json = JsonMapper.builder().build();

    String write(Kept kept) {
        ObjectNode text = json.createObjectNode();
        text.put(ASKED_ON, kept.askedOn().toString());
        text.set(REPLY, kept.reply());
        return text.toString();
    }

    /** Nothing if it cannot be read: then it is asked for anew. */
    Optional<Kept> read(String text) {
        try {
            JsonNode node = json.readTree(text);
            if (node.path(REPLY) instanceof ObjectNode reply) {
                return Optional.of(new Kept(LocalDate.parse(node.path(ASKED_ON).asText()), reply));
            }
        } catch (JsonProcessingException | DateTimeException e) {
            LOG.debug("What was kept cannot be read", e);
        }
        LOG.warn("What was kept cannot be read; it is ignored");
        return Optional.empty();
    }
}
