package io.kisgateway.routes;

import java.util.List;
import java.util.Map;

/** The catalogue as one page that needs nothing else. */
final class Html {

    private static final String STYLE = """
            body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1500px;padding:0 1rem;color:#1c2430;background:#fff}
            h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2.2rem 0 .2rem}code{background:#eef1f5;padding:.1em .3em;border-radius:3px}
            table{border-collapse:collapse;margin:.5rem 0}td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}
            nav a{display:inline-block;margin-right:1rem}svg{width:100%;height:auto;margin:.4rem 0}
            rect{fill:#f4f6f9;stroke:#8fa0b5}.entry rect,.reply rect{fill:#e8f2e8;stroke:#5b9a5b}.kis rect{fill:#fdf1dc;stroke:#c08a2b}
            path{fill:none;stroke:#8fa0b5;stroke-width:1.5}text{font-size:13px;fill:#1c2430}
            .detail{font-size:11px;fill:#56657a}.when{font-size:11px;fill:#56657a;text-anchor:end}
            @media(prefers-color-scheme:dark){body{background:#14181f;color:#dfe5ee}code{background:#262d38}a{color:#8ab4f8}
            rect{fill:#1f2630;stroke:#5b6b80}.entry rect,.reply rect{fill:#1d2f1f}.kis rect{fill:#35290f}text{fill:#dfe5ee}
            .detail,.when{fill:#9aa8ba}}
            """;

    private Html() {}

    static String text(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** @param remarks on what does not work, one sentence each */
    static String page(List<RouteCatalogue.Entry> entries, List<String> remarks) {
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\"><title>Routes of kis-gateway</title><style>")
                .append(STYLE).append("</style><h1>Routes</h1><nav>");
        entries.forEach(entry -> page.append("<a href=\"#").append(text(entry.id())).append("\">").append(text(entry.id())).append("</a>"));
        page.append("</nav>");
        remarks.forEach(remark -> page.append("<p role=\"alert\"><strong>").append(text(remark)).append("</strong></p>"));
        entries.forEach(entry -> section(page, entry));
        return page.append("</html>").toString();
    }

    private static void section(StringBuilder page, RouteCatalogue.Entry entry) {
        page.append("<h2 id=\"").append(text(entry.id())).append("\">").append(text(entry.method())).append(' ')
                .append(text(entry.path())).append("</h2><p>").append(text(entry.description())).append("</p>")
                .append(Svg.of(entry.diagram())).append("<table>");
        row(page, "Route", code(entry.id()) + " in " + code(entry.file()));
        row(page, "Scope", text(entry.need().toString()));
        row(page, "Limit", entry.limit() == null ? "none" : text(entry.limit()));
        entry.request().forEach((name, type) -> row(page, "Takes", code(name) + " " + text(type)));
        for (RouteCatalogue.Operation operation : entry.operations()) {
            row(page, "KIS", code(operation.method() + " " + operation.path()));
            row(page, "", "TR id " + code(operation.trId()) + ", virtual trading "
                    + (operation.trIdVirtual() == null ? "not offered" : code(operation.trIdVirtual())));
            StringBuilder parameters = new StringBuilder();
            for (Map.Entry<String, String> parameter : operation.parameters().entrySet()) {
                parameters.append(code(parameter.getKey() + "=" + parameter.getValue())).append(' ');
            }
            row(page, "", parameters.toString());
        }
        page.append("</table>");
    }

    private static String code(String text) {
        return "<code>" + text(text) + "</code>";
    }

    private static void row(StringBuilder page, String name, String html) {
        page.append("<tr><th>").append(name).append("<td>").append(html);
    }
}
