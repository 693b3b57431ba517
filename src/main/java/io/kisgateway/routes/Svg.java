package io.kisgateway.routes;

import java.util.HashMap;
import java.util.Map;

/** A diagram as a picture for a page, without scripts. */
final class Svg {

    private static final int WIDTH = 200;
    private static final int HEIGHT = 44;
    private static final int GAP_X = 60;
    private static final int GAP_Y = 26;
    private static final int LONGEST = 28;

    private Svg() {}

    static String of(Diagram diagram) {
        Map<Integer, Integer> rowsOfColumn = new HashMap<>();
        Map<Integer, int[]> places = new HashMap<>();
        int columns = 0;
        int rows = 0;
        for (Diagram.Box box : diagram.boxes()) {
            int row = rowsOfColumn.merge(box.column(), 1, Integer::sum) - 1;
            places.put(box.number(), new int[] {box.column() * (WIDTH + GAP_X), row * (HEIGHT + GAP_Y) + GAP_Y / 2});
            columns = Math.max(columns, box.column() + 1);
            rows = Math.max(rows, row + 1);
        }
        int width = columns * (WIDTH + GAP_X) - GAP_X;
        int height = rows * (HEIGHT + GAP_Y);
        StringBuilder svg = new StringBuilder("<svg viewBox=\"0 0 " + width + " " + height + "\" style=\"max-width:" + width + "px\">");
        for (Diagram.Arrow arrow : diagram.arrows()) {
            int[] from = places.get(arrow.from());
            int[] to = places.get(arrow.to());
            int x1 = from[0] + WIDTH;
            int y1 = from[1] + HEIGHT / 2;
            int y2 = to[1] + HEIGHT / 2;
            svg.append("<path d=\"M").append(x1).append(' ').append(y1).append(" C").append(x1 + GAP_X / 2).append(' ').append(y1)
                    .append(' ').append(to[0] - GAP_X / 2).append(' ').append(y2).append(' ').append(to[0]).append(' ').append(y2)
                    .append("\"/>");
            if (!arrow.label().isEmpty()) {
                svg.append("<text class=\"when\" x=\"").append(to[0] - 6).append("\" y=\"").append(to[1] - 4).append("\">")
                        .append(Html.text(arrow.label())).append("</text>");
            }
        }
        for (Diagram.Box box : diagram.boxes()) {
            int[] place = places.get(box.number());
            svg.append("<g class=\"").append(box.kind().name().toLowerCase(java.util.Locale.ROOT)).append("\"><rect x=\"").append(place[0])
                    .append("\" y=\"").append(place[1]).append("\" width=\"").append(WIDTH).append("\" height=\"").append(HEIGHT)
                    .append("\" rx=\"6\"/>");
            line(svg, place, box.detail().isEmpty() ? 26 : 18, "", box.title());
            line(svg, place, 35, "detail", box.detail());
            svg.append("</g>");
        }
        return svg.append("</svg>").toString();
    }

    private static void line(StringBuilder svg, int[] place, int down, String style, String text) {
        if (!text.isEmpty()) {
            String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
            svg.append("<text class=\"").append(style).append("\" x=\"").append(place[0] + 10).append("\" y=\"").append(place[1] + down)
                    .append("\">").append(Html.text(shown)).append("<title>").append(Html.text(text)).append("</title></text>");
        }
    }
}
