package io.kisgateway.order;

import org.junit.jupiter.api.AfterAll;

/** One gateway, its journal in files. */
class OrdersInFilesTest extends OrderSuite {

    OrdersInFilesTest() {
        super(OrderRig.inFiles());
    }

    @AfterAll
    void stop() {
        one.close();
        rig.close();
    }
}
