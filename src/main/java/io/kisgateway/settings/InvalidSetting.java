package io.kisgateway.settings;

/** A setting that stops the start. The message names the variable, what it holds unless secret, and what it may hold. */
public final class InvalidSetting extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private InvalidSetting(String message) {
        super(message, null, false, false);
    }

    public static InvalidSetting of(Setting setting, String text) {
        return of(setting.name(), setting.secret() ? null : text, setting.mayHold());
    }

    /** @param text what it holds, or null if that must not be shown */
    public static InvalidSetting of(String variable, String text, String mayHold) {
        String holds = text == null ? "holds something else" : "holds \"" + printable(text) + "\"";
        return new InvalidSetting(variable + " " + holds + "; it may hold " + mayHold);
    }

    public static InvalidSetting because(String message) {
        return new InvalidSetting(message);
    }

    private static String printable(String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
