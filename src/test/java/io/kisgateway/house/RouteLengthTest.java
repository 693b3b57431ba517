package io.kisgateway.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An endpoint is read at one glance. */
class RouteLengthTest {

    private static final Pattern ID = Pattern.compile("(?m)^    id: (\\S+)$");

    @Test
    void anEndpointsRouteHasTwentyLinesAndAnOrdersTwentyFive() throws IOException {
        Map<String, Long> longer = new TreeMap<>();
        int endpoints = 0;
        for (String route : routes()) {
            var id = ID.matcher(route);
            if (id.find() && route.contains("platform-http:")) {
                endpoints++;
                long lines = route.strip().lines().count();
                if (lines > (route.contains("to: order:") ? 25 : 20)) {
                    longer.put(id.group(1), lines);
                }
            }
        }
        assertThat(endpoints).isGreaterThan(20);
        assertThat(longer).isEmpty();
    }

    private static List<String> routes() throws IOException {
        List<String> routes = new ArrayList<>();
        for (Path file : Sources.texts("src/main/resources/routes")) {
            routes.addAll(List.of(Files.readString(file).split("(?m)^(?=- route:)")));
        }
        return routes;
    }
}
