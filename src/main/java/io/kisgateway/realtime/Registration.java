package io.kisgateway.realtime;

import java.util.regex.Pattern;

/**
 * What one registers for.
 *
 * @param trId  of KIS, such as H0STCNT0
 * @param trKey the code of a stock, or an HTS id
 */
public record Registration(String trId, String trKey) {

    private static final Pattern TR_ID = Pattern.compile("[A-Z0-9]{4,12}");
    private static final Pattern NOTICE = Pattern.compile("H0[A-Z]{2}CNI[0-9]|HDFFF[12]C0");
    private static final Pattern TR_KEY = Pattern.compile("[A-Za-z0-9@_.*#-]{1,40}");

    public static boolean isTrId(String text) {
        return TR_ID.matcher(text).matches();
    }

    /** As people may see it: whose notices they are is nobody's business. */
    public String shown() {
        return isNotice(trId) ? trId : trId + " " + trKey;
    }

    @Override
    public String toString() {
        return shown();
    }

    /** Whether its records are notices of orders, which are encrypted and somebody's own (facts 11.1). */
    public static boolean isNotice(String trId) {
        return NOTICE.matcher(trId).matches();
    }

    public static boolean isTrKey(String text) {
        return TR_KEY.matcher(text).matches();
    }
}
