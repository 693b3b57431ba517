package io.kisgateway.routes;

/** A diagram as Mermaid, which code hosts draw. */
final class Mermaid {

    private Mermaid() {}

    static String of(Diagram diagram) {
        StringBuilder text = new StringBuilder("flowchart LR\n");
        for (Diagram.Box box : diagram.boxes()) {
            String label = quoted(box.title()) + (box.detail().isEmpty() ? "" : "<br>" + quoted(box.detail()));
            text.append("  n").append(box.number()).append(switch (box.kind()) {
                case ENTRY, REPLY -> "([\"" + label + "\"])";
                case KIS -> "[[\"" + label + "\"]]";
                case STEP -> "[\"" + label + "\"]";
            }).append('\n');
        }
        for (Diagram.Arrow arrow : diagram.arrows()) {
            text.append("  n").append(arrow.from()).append(" -->");
            if (!arrow.label().isEmpty()) {
                text.append("|\"").append(quoted(arrow.label())).append("\"|");
            }
            text.append(" n").append(arrow.to()).append('\n');
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return text.replace("&", "#amp;").replace("\"", "#quot;").replace("<", "#lt;").replace(">", "#gt;");
    }
}
