package io.kisgateway.order;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The fault campaign: its short form always, its long one when asked for. */
@Execution(ExecutionMode.CONCURRENT)
class CampaignTest {

    private static void run(Campaign.Plan plan) throws Exception {
        String figures = new Campaign(plan).run();
        System.out.println(figures);
        Files.writeString(Path.of("target", "campaign-" + plan.name() + ".txt"), figures + "\n");
    }

    @Test
    void nothingWrongIsSaidByTwoGatewaysOnOneRedis() throws Exception {
        run(new Campaign.Plan("short-redis", 120, 12, 2, true, true, 20261123, Duration.ofSeconds(2)));
    }

    @Test
    void nothingWrongIsSaidByOneGatewayOnItsDisk() throws Exception {
        run(new Campaign.Plan("short-disk", 40, 12, 1, false, true, 20261124, Duration.ofSeconds(2)));
    }

    @Test
    @Tag("campaign")
    void nothingWrongIsSaidByTwoGatewaysOnOneRedisForLong() throws Exception {
        run(new Campaign.Plan("long-redis", Integer.getInteger("campaign.orders", 10_000), 24, 2, true, true,
                Long.getLong("campaign.seed", 4),
                Duration.ofSeconds(3)));
    }

    @Test
    @Tag("campaign")
    void nothingWrongIsSaidByOneGatewayOnItsDiskForLong() throws Exception {
        run(new Campaign.Plan("long-disk", Integer.getInteger("campaign.orders", 5000), 24, 1, false, true,
                Long.getLong("campaign.seed", 5),
                Duration.ofSeconds(3)));
    }
}
