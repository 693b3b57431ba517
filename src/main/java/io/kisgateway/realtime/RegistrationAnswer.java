package io.kisgateway.realtime;

/** What KIS said to a registration, or what the gateway says in its words (facts 4.3). */
record RegistrationAnswer(String rtCd, String msgCd, String msg1) {

    static final RegistrationAnswer REGISTERED = new RegistrationAnswer("0", "OPSP0000", "SUBSCRIBE SUCCESS");
    static final RegistrationAnswer UNREGISTERED = new RegistrationAnswer("0", "OPSP0001", "UNSUBSCRIBE SUCCESS");
    static final RegistrationAnswer ALREADY = new RegistrationAnswer("1", "OPSP0002", "ALREADY IN SUBSCRIBE");
    static final RegistrationAnswer NOT_REGISTERED = new RegistrationAnswer("1", "OPSP0003", "UNSUBSCRIBE ERROR(not found!)");
    static final RegistrationAnswer UNREACHABLE = new RegistrationAnswer("1", "OPSP0007", "SUBSCRIBE INTERNAL ERROR");
    static final RegistrationAnswer TOO_MANY = new RegistrationAnswer("1", "OPSP0008", "MAX SUBSCRIBE OVER");

    boolean accepted() {
        return "0".equals(rtCd);
    }
}
