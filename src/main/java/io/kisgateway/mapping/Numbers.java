package io.kisgateway.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Numbers as KIS writes them: in text, whole or with a point, without grouping and without an exponent. */
final class Numbers {

    /** What is longer is no number; to read it would take a time that grows with its square. */
    static final int MOST_CHARACTERS = 40;
    private static final int MOST_WHOLE = 30;
    private static final int MOST_FRACTION = 20;
    private static final int ALWAYS_LONG = 18;

    private Numbers() {}

    /** Null if the text is no whole number; {@code 1657.00} is one. */
    static JsonNode whole(String text) {
        int point = point(text);
        if (point < 0 || digits(text, point) == 0 || !onlyZeros(text, point + 1)) {
            return null;
        }
        String whole = text.substring(0, point);
        if (point <= ALWAYS_LONG) {
            return LongNode.valueOf(Long.parseLong(whole));
        }
        BigInteger value = new BigInteger(whole);
        return value.bitLength() < Long.SIZE ? LongNode.valueOf(value.longValueExact()) : BigIntegerNode.valueOf(value);
    }

    /** Null if the text is no number. Without trailing zeros and without an exponent: 4790.00 is 4790, 0.50 is 0.5. */
    static JsonNode decimal(String text) {
        int point = point(text);
        if (point < 0 || digits(text, point) + text.length() - point - 1 < 1) {
            return null;
        }
        BigDecimal value = new BigDecimal(text).stripTrailingZeros();
        return DecimalNode.valueOf(value.scale() < 0 ? value.setScale(0) : value);
    }

    /** The number, or null if there is none or it is below zero: a price with a minus is none. */
    static JsonNode notNegative(JsonNode number) {
        return number == null || number.decimalValue().signum() < 0 ? null : number;
    }

    /** Whether it is blank or, like {@code -} and {@code -inf}, says that there is no number. */
    static boolean saysNone(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                return false;
            }
        }
        return true;
    }

    /** Where the fraction begins, or the end if there is none; -1 if the text is not of the form of a number. */
    private static int point(String text) {
        int length = text.length();
        if (length > MOST_CHARACTERS) {
            return -1;
        }
        int point = length;
        for (int i = isSigned(text) ? 1 : 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '.' && point == length) {
                point = i;
            } else if (c < '0' || c > '9') {
                return -1;
            }
        }
        return digits(text, point) > MOST_WHOLE || length - point - 1 > MOST_FRACTION ? -1 : point;
    }

    private static int digits(String text, int point) {
        return isSigned(text) ? point - 1 : point;
    }

    private static boolean isSigned(String text) {
        return !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+');
    }

    private static boolean onlyZeros(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
