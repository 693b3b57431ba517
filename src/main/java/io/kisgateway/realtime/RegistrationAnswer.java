package io.kisgateway.realtime;

/** What KIS said to a registration, or what the gateway says in its words (facts 4.3). */
public record RegistrationAnswer(String rtCd, String msgCd, String msg1) {

    public static final RegistrationAnswer REGISTERED = new RegistrationAnswer("0", "OPSP0000", "SUBSCRIBE SUCCESS");
    public static final RegistrationAnswer UNREGISTERED = new RegistrationAnswer("0", "OPSP0001", "UNSUBSCRIBE SUCCESS");
    public static final RegistrationAnswer ALREADY = new RegistrationAnswer("1", "OPSP0002", "ALREADY IN SUBSCRIBE");
    public static final RegistrationAnswer NOT_REGISTERED = new RegistrationAnswer("1", "OPSP0003", "UNSUBSCRIBE ERROR(not found!)");
    public static final RegistrationAnswer UNREACHABLE = new RegistrationAnswer("1", "OPSP0007", "SUBSCRIBE INTERNAL ERROR");
    public static final RegistrationAnswer TOO_MANY = new RegistrationAnswer("1", "OPSP0008", "MAX SUBSCRIBE OVER");

    public boolean accepted() {
        return "0".equals(rtCd);
    }
}
