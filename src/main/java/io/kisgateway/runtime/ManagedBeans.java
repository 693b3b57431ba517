package io.kisgateway.runtime;

import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ManagementAgent;

/** What is shown to JMX beside Camel's own, for as long as Camel runs. */
public final class ManagedBeans {

    private ManagedBeans() {}

    /**
     * @param name what tells it from others, such as {@code type=Throttle}
     * @param bean annotated with Camel's {@code @ManagedResource}
     */
    public static void register(CamelContext camelContext, String name, Object bean) throws JMException {
        ManagementAgent agent = camelContext.getManagementStrategy().getManagementAgent();
        if (agent != null) {
            agent.register(bean, new ObjectName("io.kisgateway:context=" + camelContext.getManagementName() + "," + name));
        }
    }
}
