package io.kisgateway.call;

/**
 * What KIS says of an order that it took; each of these may be null.
 *
 * @param orderNo        ten digits; null for an operation whose orders KIS does not number like those of the day
 * @param organizationNo the branch that took it
 * @param time           KIS's time of day, {@code HHmmss}
 * @param note           for an order without a number, what KIS calls it instead, such as {@code RSVN_ORD_SEQ 88}
 */
public record OrderReceipt(String orderNo, String organizationNo, String time, String note) {}
