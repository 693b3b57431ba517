package io.kisgateway.order.journal;

/** Behind which entry of a day a page begins. */
record Cursor(long created, String id) {

    static final Cursor START = new Cursor(Long.MIN_VALUE, "");

    /** @throws IllegalArgumentException if no page ended with it */
    static Cursor parse(String text) {
        if (text == null) {
            return START;
        }
        if (!text.matches("[0-9]{1,18}-[0-9a-zA-Z]{1,64}")) {
            throw new IllegalArgumentException("no page of the journal ended with " + text);
        }
        int dash = text.indexOf('-');
        return new Cursor(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1));
    }

    @Override
    public String toString() {
        return created + "-" + id;
    }
}
