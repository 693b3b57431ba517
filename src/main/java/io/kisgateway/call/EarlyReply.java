package io.kisgateway.call;

/** Tells a caller how a call stands that has not ended, since they will wait no longer. Carried by their calls. */
@FunctionalInterface
public interface EarlyReply {

    /** Only the first reply of all is sent; the call goes on. */
    void tell(Problem problem);
}
