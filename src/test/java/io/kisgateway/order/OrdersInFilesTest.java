package io.kisgateway.order;

import org.junit.jupiter.api.AutoClose;

/** One gateway, its journal in files. */
class OrdersInFilesTest extends OrderSuite {

    @AutoClose
    private static final OrderRigs rigs = new OrderRigs(OrderRig::inFiles);

    OrdersInFilesTest() {
        super(rigs);
    }
}
