package io.kisgateway.routes;

import java.util.Optional;
import java.util.Set;

/** Whether what an {@code order:} step claims is what an operation of KIS does. */
@FunctionalInterface
public interface OrderFit {

    /**
     * @param action     such as {@code buy}
     * @param parameters of the operation
     * @return why nothing would be sent, if so
     */
    Optional<String> misfit(String action, String path, String trId, Set<String> parameters);
}
