package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.order.OrderRig.One;
import io.kisgateway.testing.Http.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose journal cannot be written. */
class UnwritableJournalTest {

    @TempDir
    private Path folder;

    /** The sentence: no journal, no order. And as soon as it can be written, orders go on. */
    @Test
    void whatCannotBeWrittenDownIsNotSent() throws IOException {
        Path blocked = folder.resolve("blocked");
        Files.writeString(blocked, "a file where the folder should be", StandardOpenOption.CREATE);
        try (OrderRig rig = OrderRig.inFiles(); One one = rig.gateway("DATA_DIR", blocked.toString())) {
            Reply reply = one.http().post(OrderRig.BUY, OrderRig.order("005930", 1, 0));

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.code()).isEqualTo("JOURNAL_UNAVAILABLE");
            assertThat(reply.at("/outcome").asText()).isEqualTo("not_placed");
            assertThat(rig.taken()).isEmpty();
            assertThat(one.http().post("/api/account/balance", "{}").status()).isEqualTo(200);
            Files.delete(blocked);
            Awaitility.await()
                    .until(() -> one.http().post(OrderRig.BUY, OrderRig.order("005930", 1, 0)).status() == 200);
            assertThat(rig.taken()).hasSize(1);
        }
    }
}
