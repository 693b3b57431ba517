package io.kisgateway.simulator;

/** A position an account starts with: shares of an issue and what they cost on average, in won. */
public record Holding(String code, long quantity, long averagePrice) {

    public Holding {
        if (code == null) {
            throw new IllegalArgumentException("code: is missing");
        }
        if (quantity < 1 || quantity > 1_000_000_000L) {
            throw new IllegalArgumentException("quantity: must be 1 to 1000000000");
        }
        if (averagePrice < 1 || averagePrice > 100_000_000L) {
            throw new IllegalArgumentException("average_price: must be 1 to 100000000");
        }
    }
}
