package io.kisgateway.ops;

import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ManagementAgent;

/** What is registered with JMX beside Camel's own: {@code io.kisgateway:context=kis-gateway,type=…}. */
public final class ManagedBeans implements AutoCloseable {

    private final CamelContext camelContext;
    private final List<ObjectName> names = new ArrayList<>();

    public ManagedBeans(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** @param bean annotated with Camel's {@code @ManagedResource} */
    public void register(String type, Object bean) throws JMException {
        ObjectName name = new ObjectName("io.kisgateway:context=" + camelContext.getManagementName() + ",type=" + type);
        agent().register(bean, name);
        names.add(name);
    }

    private ManagementAgent agent() {
        return camelContext.getManagementStrategy().getManagementAgent();
    }

    @Override
    public void close() {
        for (ObjectName name : names) {
            try {
                agent().unregister(name);
            } catch (JMException e) {
                throw new IllegalStateException(e);
            }
        }
        names.clear();
    }
}
