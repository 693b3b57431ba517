package io.kisgateway.simulator;

import static java.util.Objects.requireNonNull;

/** A customer's key pair and account (8 + 2 digits, written {@code 12345678-01}) on one of the hosts. */
public record Credentials(String appKey, String appSecret, String account) {

    public Credentials {
        requireNonNull(appKey, "appKey");
        requireNonNull(appSecret, "appSecret");
        if (!account.matches("[0-9]{8}-[0-9]{2}")) {
            throw new IllegalArgumentException("account must look like 12345678-01: " + account);
        }
    }

    /** The pair a simulator of this mode knows unless told otherwise; lengths as KIS issues them (facts 1.2). */
    public static Credentials defaults(Mode mode) {
        return switch (mode) {
            case REAL -> new Credentials("PSSIMULATORREAL000000000000000000001", "sim-real-secret-0123".repeat(9),
                    "50123456-01");
            case VIRTUAL -> new Credentials("PSSIMULATORVIRTUAL000000000000000001", "sim-mock-secret-0123".repeat(9),
                    "50987654-01");
        };
    }

    public String accountNumber() {
        return account.substring(0, 8);
    }

    public String productCode() {
        return account.substring(9);
    }

    @Override
    public String toString() {
        return "Credentials[appKey=" + appKey + ", account=" + account + "]";
    }
}
