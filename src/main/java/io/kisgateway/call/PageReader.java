package io.kisgateway.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Carried by a call that reads a list page after page for as long as it wants. Such a list may be of any length; as its
 * absence from it means something, KIS's two signals of a further page must agree.
 */
@FunctionalInterface
public interface PageReader {

    /**
     * @param page the reply of one page; read, not changed
     * @param at   what time KIS's server says that it was, or null
     * @return whether the page after it is wanted, if there is one
     */
    boolean wantsMore(ObjectNode page, Instant at);
}
