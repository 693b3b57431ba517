package io.kisgateway.routes;

import io.kisgateway.runtime.YamlNode;
import io.kisgateway.web.RequestComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The way of a request through a route and those that it calls, from left to right. */
final class Diagram {

    private static final int LONGEST_LABEL = 40;

    private final List<Box> boxes = new ArrayList<>();
    private final List<Arrow> arrows = new ArrayList<>();
    private final Function<String, RouteText> directs;

    /** @param column from 0; every arrow leads to a higher one */
    record Box(int number, int column, Kind kind, String title, String detail) {}

    /** @param label when this way is taken, or empty */
    record Arrow(int from, int to, String label) {}

    enum Kind { ENTRY, STEP, KIS, REPLY }

    private record End(int box, String label) {}

    private Diagram(Function<String, RouteText> directs) {
        this.directs = directs;
    }

    /** @param directs the route that begins with {@code direct:} and a name; null if there is none */
    static Diagram of(RouteText route, Function<String, RouteText> directs) {
        Diagram diagram = new Diagram(directs);
        RouteText.Step from = route.from();
        Box entry = diagram.box(List.of(), Kind.ENTRY, from.parameters().getOrDefault("httpMethodRestrict", ""), from.rest());
        diagram.route(route, List.of(new End(entry.number(), "")), new HashSet<>());
        return diagram;
    }

    List<Box> boxes() {
        return boxes;
    }

    List<Arrow> arrows() {
        return arrows;
    }

    private List<End> route(RouteText route, List<End> ends, Set<String> inside) {
        YamlNode steps = route.node().member("from").flatMap(from -> from.member("steps")).orElse(null);
        return steps == null || !inside.add(route.id()) ? ends : steps(steps, ends, inside);
    }

    private List<End> steps(YamlNode list, List<End> before, Set<String> inside) {
        List<End> ends = before;
        for (YamlNode item : list.items()) {
            for (Map.Entry<String, YamlNode> step : item.members().entrySet()) {
                ends = step(step.getKey(), step.getValue(), ends, inside);
            }
        }
        return ends;
    }

    private List<End> step(String name, YamlNode body, List<End> ends, Set<String> inside) {
        if (name.equals("choice")) {
            return choice(body, ends, inside);
        }
        if (name.equals("to")) {
            return to(RouteText.endpoint(name, body), ends, inside);
        }
        if (name.equals("process")) {
            return next(ends, Kind.STEP, body.text("ref"), "");
        }
        return body.member("steps").map(steps -> steps(steps, ends, inside)).orElse(ends);
    }

    private List<End> choice(YamlNode body, List<End> ends, Set<String> inside) {
        List<End> joined = new ArrayList<>();
        body.member("when").ifPresent(whens -> whens.items().forEach(when -> {
            String condition = shorten(String.valueOf(when.text("simple")));
            when.member("steps").ifPresent(steps -> joined.addAll(steps(steps, labelled(ends, condition), new HashSet<>(inside))));
        }));
        body.member("otherwise").flatMap(otherwise -> otherwise.member("steps"))
                .ifPresent(steps -> joined.addAll(steps(steps, labelled(ends, "otherwise"), new HashSet<>(inside))));
        return joined.isEmpty() ? ends : joined;
    }

    private static List<End> labelled(List<End> ends, String label) {
        return ends.stream().map(end -> new End(end.box(), label)).toList();
    }

    private List<End> to(RouteText.Step step, List<End> ends, Set<String> inside) {
        return switch (step.scheme()) {
            case "direct" -> direct(step.rest(), ends, inside);
            case "request" -> next(ends, Kind.STEP, "read and check",
                    String.join(", ", step.parameters().keySet().stream().filter(name -> !name.equals(RequestComponent.SCOPE)).toList()));
            case "kis" -> next(ends, Kind.KIS, step.rest().substring(step.rest().lastIndexOf('/') + 1), step.parameters().get("trId"));
            case "kept" -> direct(String.valueOf(step.parameters().get("source")).replaceFirst("^direct:", ""),
                    next(ends, Kind.STEP, "kept", "asked once a day"), inside);
            case "reply" -> next(ends, Kind.REPLY, "reply", step.rest().substring(step.rest().lastIndexOf('/') + 1));
            default -> next(ends, Kind.STEP, shorten(step.uri()), "");
        };
    }

    private List<End> direct(String name, List<End> ends, Set<String> inside) {
        RouteText called = directs.apply(name);
        return called == null ? next(ends, Kind.STEP, "direct:" + name, "") : route(called, ends, inside);
    }

    private List<End> next(List<End> ends, Kind kind, String title, String detail) {
        Box box = box(ends, kind, title == null ? "" : title, detail == null ? "" : detail);
        return List.of(new End(box.number(), ""));
    }

    private Box box(List<End> ends, Kind kind, String title, String detail) {
        int column = ends.stream().mapToInt(end -> boxes.get(end.box()).column() + 1).max().orElse(0);
        Box box = new Box(boxes.size(), column, kind, title, detail);
        boxes.add(box);
        ends.forEach(end -> arrows.add(new Arrow(end.box(), box.number(), end.label())));
        return box;
    }

    private static String shorten(String text) {
        String plain = text.replaceAll("\\$\\{(?:variable\\.)?([^}]*)}", "$1");
        return plain.length() <= LONGEST_LABEL ? plain : plain.substring(0, LONGEST_LABEL) + "…";
    }
}
