package io.kisgateway.routes;

import java.util.List;
import java.util.stream.Collectors;

/** The catalogue as a document. */
final class Markdown {

    private Markdown() {}

    static String document(List<RouteCatalogue.Entry> entries, String steps) {
        StringBuilder text = new StringBuilder("""
                # Routes

                Every endpoint is a route in a file, read from top to bottom. This page is made from those files by
                `java -jar target/kis-gateway.jar routes > docs/routes.md`; a running gateway shows the same of its own routes, with
                limits as they are set, at `http://localhost:9876/routes`. How to add one: [adding-an-endpoint.md](adding-an-endpoint.md).

                | Endpoint | Route | KIS |
                |---|---|---|
                """);
        for (RouteCatalogue.Entry entry : entries) {
            text.append("| [`").append(entry.method()).append(' ').append(entry.path()).append("`](#").append(anchor(entry)).append(") | `")
                    .append(entry.id()).append("` | ")
                    .append(entry.operations().isEmpty() ? "–" : entry.operations().stream().map(RouteCatalogue.Operation::name)
                            .distinct().collect(Collectors.joining(", ")))
                    .append(" |\n");
        }
        entries.forEach(entry -> section(text, entry));
        return text.append('\n').append(steps).toString();
    }

    private static String anchor(RouteCatalogue.Entry entry) {
        return (entry.method() + " " + entry.path()).toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    private static void section(StringBuilder text, RouteCatalogue.Entry entry) {
        text.append("\n## ").append(entry.method()).append(' ').append(entry.path()).append("\n\n").append(entry.description())
                .append(". Route `").append(entry.id()).append("` in `").append(entry.file()).append("`; ")
                .append(entry.limit() == null ? "no limit" : "limit " + entry.limit()).append("; scope `").append(entry.need())
                .append("`.\n\n");
        if (!entry.request().isEmpty()) {
            text.append("| Takes | |\n|---|---|\n");
            entry.request().forEach((name, type) -> text.append("| `").append(name).append("` | ").append(type).append(" |\n"));
            text.append('\n');
        }
        if (!entry.operations().isEmpty()) {
            text.append("| KIS operation | TR id | in virtual trading | Parameters |\n|---|---|---|---|\n");
            entry.operations().forEach(operation -> text.append("| `").append(operation.method()).append(' ').append(operation.path())
                    .append("` | `").append(operation.trId()).append("` | ")
                    .append(operation.trIdVirtual() == null ? "not offered" : "`" + operation.trIdVirtual() + "`").append(" | ")
                    .append(operation.parameters().entrySet().stream().map(p -> "`" + p.getKey() + "=" + p.getValue() + "`")
                            .collect(Collectors.joining(" ")))
                    .append(" |\n"));
            text.append('\n');
        }
        text.append("```mermaid\n").append(Mermaid.of(entry.diagram())).append("```\n");
    }
}
