package io.kisgateway.simulator;

/** A reply before it meets the wire. {@code msgCd} is for the record; {@code trCont} blank where nothing is paged. */
record Reply(int status, String contentType, byte[] body, String trId, String trCont, String msgCd) {

    static final String JSON = "application/json; charset=utf-8";
}
