package io.kisgateway.testing;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Opens the platform's JMX before any test, so that the gateways of one process show themselves at once, under different names. */
public final class EagerJmx implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        ManagementFactory.getPlatformMBeanServer();
    }
}
