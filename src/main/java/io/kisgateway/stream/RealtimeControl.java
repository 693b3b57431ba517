package io.kisgateway.stream;

import io.kisgateway.realtime.Registration;
import io.kisgateway.realtime.SessionState;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Realtime for JMX. */
@ManagedResource(description = "Realtime records")
public final class RealtimeControl {

    private static final Logger LOG = LoggerFactory.getLogger(RealtimeControl.class);

    private final Supplier<SessionState> session;
    private final Feed feed;
    private final Predicate<Registration> lose;

    /** @param lose takes a registration from everybody, and says whether somebody had it */
    RealtimeControl(Supplier<SessionState> session, Feed feed, Predicate<Registration> lose) {
        this.session = session;
        this.feed = feed;
        this.lose = lose;
    }

    @ManagedAttribute(description = "Whether the session with KIS is there")
    public boolean isConnected() {
        return session.get().connected();
    }

    @ManagedAttribute(description = "Registrations in use at KIS, over all instances")
    public int getRegistrations() {
        return session.get().registrations().size();
    }

    @ManagedAttribute(description = "JSON listeners of this instance")
    public int getListeners() {
        return feed.count();
    }

    @ManagedAttribute(description = "What is registered, each as TR id and key; keys that are no codes are not shown")
    public List<String> getRegistered() {
        return session.get().registrations().stream().map(held -> held.registration().trId() + " "
                + (KeyForm.STOCK_CODE.fits(held.registration().trKey()) || KeyForm.INDEX_CODE.fits(held.registration().trKey())
                        ? held.registration().trKey() : "–"))
                .toList();
    }

    @ManagedOperation(
            description = "Gives a registration up, such as H0STCNT0 and 005930; whoever listens to it, on any instance, is told and dropped")
    public boolean drop(String trId, String trKey) {
        Registration registration = new Registration(trId, trKey);
        boolean lost = lose.test(registration);
        LOG.warn("An operator has given up the registration {}: {}", trId, lost ? "done" : "nobody had it");
        return lost;
    }
}
