package io.kisgateway.kis;

import java.util.Objects;

/** What identifies the gateway and its account to KIS. No part of it shows in any text made from it. */
public final class KisCredentials {

    private final String appKey;
    private final String appSecret;
    private final String account;
    private final String product;

    /**
     * @param appKey    up to 36 characters
     * @param appSecret up to 180 characters
     * @param account   the account's first 8 digits (CANO)
     * @param product   its last 2 digits (ACNT_PRDT_CD)
     */
    public KisCredentials(String appKey, String appSecret, String account, String product) {
        this.appKey = Objects.requireNonNull(appKey);
        this.appSecret = Objects.requireNonNull(appSecret);
        this.account = Objects.requireNonNull(account);
        this.product = Objects.requireNonNull(product);
    }

    String appKey() {
        return appKey;
    }

    String appSecret() {
        return appSecret;
    }

    String account() {
        return account;
    }

    String product() {
        return product;
    }

    @Override
    public String toString() {
        return "KisCredentials[hidden]";
    }
}
