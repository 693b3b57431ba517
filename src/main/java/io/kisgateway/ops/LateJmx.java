package io.kisgateway.ops;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.management.DefaultManagementAgent;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.spi.ManagementStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's agent of JMX, which makes nothing until it is told to, since that took a fifth of the start and nobody looks so soon. Where
 * the platform's server is there already, somebody may look: then it makes everything at once, as Camel's own does.
 */
final class LateJmx extends DefaultManagementAgent {

    private static final Logger LOG = LoggerFactory.getLogger(LateJmx.class);

    /** What is to be shown, until it is. */
    private final Map<ObjectName, Object> waiting = new LinkedHashMap<>();
    /** What this agent has put there: another gateway of this process may have had the name first, and keeps it. */
    private final Set<ObjectName> own = new HashSet<>();
    private boolean shows;

    private LateJmx(CamelContext camelContext) {
        super(camelContext);
    }

    /** Puts one in the place of Camel's own, with what that was told by settings. */
    static LateJmx in(CamelContext camelContext) {
        ManagementStrategy strategy = camelContext.getManagementStrategy();
        ManagementAgent own = strategy.getManagementAgent();
        LateJmx late = new LateJmx(camelContext);
        late.setStatisticsLevel(own.getStatisticsLevel());
        late.setMBeansLevel(own.getMBeansLevel());
        late.setManagementNamePattern(own.getManagementNamePattern());
        late.setLoadStatisticsEnabled(own.getLoadStatisticsEnabled());
        late.setEndpointRuntimeStatisticsEnabled(own.getEndpointRuntimeStatisticsEnabled());
        late.setUpdateRouteEnabled(own.getUpdateRouteEnabled());
        strategy.setManagementAgent(late);
        return late;
    }

    @Override
    protected void doStart() throws Exception {
        if (!MBeanServerFactory.findMBeanServer(null).isEmpty()) {
            show();
        }
    }

    /** Shows all that has been registered, and from now on each at once. */
    synchronized void show() {
        if (shows || isStopped()) {
            return;
        }
        Map<ObjectName, Object> all = Map.copyOf(waiting);
        waiting.clear();
        shows = true;
        try {
            super.doStart();
            for (Map.Entry<ObjectName, Object> one : all.entrySet()) {
                put(one.getValue(), one.getKey(), false);
            }
        } catch (Exception e) {
            LOG.warn("JMX does not show everything", e);
        }
    }

    @Override
    public synchronized void register(Object shown, ObjectName name, boolean force) throws JMException {
        if (shows) {
            put(shown, name, force);
        } else {
            waiting.put(name, shown);
        }
    }

    private void put(Object shown, ObjectName name, boolean force) throws JMException {
        if (force || !super.isRegistered(name)) {
            super.register(shown, name, force);
            own.add(name);
        }
    }

    @Override
    public synchronized void unregister(ObjectName name) throws JMException {
        if (waiting.remove(name) == null && own.remove(name)) {
            super.unregister(name);
        }
    }

    @Override
    public synchronized boolean isRegistered(ObjectName name) {
        return waiting.containsKey(name) || super.isRegistered(name);
    }
}
