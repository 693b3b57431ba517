package io.kisgateway;

import io.kisgateway.kept.KeptEndpoint;
import io.kisgateway.kis.KisEndpoint;
import io.kisgateway.routes.RouteCatalogue;
import io.kisgateway.routes.StepOptions;
import io.kisgateway.runtime.Resources;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.stream.RealtimeEndpoint;

/** What is written of the shipped routes for people. */
final class RouteDocuments {

    private RouteDocuments() {}

    /** {@code docs/routes.md}. */
    static String routes() {
        String steps = Resources.text("/io/kisgateway/steps.md")
                .replace("{{options of realtime}}\n", StepOptions.markdown(RealtimeEndpoint.class))
                .replace("{{options of kis}}\n", StepOptions.markdown(KisEndpoint.class))
                .replace("{{options of kept}}\n", StepOptions.markdown(KeptEndpoint.class));
        return RouteCatalogue.shipped(id -> "`" + Settings.endpointLimitVariable(id) + "`, else `" + Setting.RATE_LIMIT + "`")
                .markdown(steps);
    }
}
