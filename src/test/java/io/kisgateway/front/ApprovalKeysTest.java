package io.kisgateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.kisgateway.call.Client;
import io.kisgateway.call.OrderBounds;
import io.kisgateway.call.Scope;
import io.kisgateway.call.StreamClient;
import io.kisgateway.runtime.Sha256;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose an approval key is, for streams. */
class ApprovalKeysTest {

    private static final Client BOT =
            new Client("bot", Set.of(Scope.MARKET_READ), new OrderBounds(Set.of(), 1, 1, 1), null, 50);
    private final Map<String, Client> valid = new HashMap<>();

    private Visitors visitors(boolean restricted, String secret) {
        FrontSettings settings = new FrontSettings(true, false, "50123456", "01", "own-key", secret);
        return new Visitors(new KisPairs(name -> Optional.empty(), key -> Optional.ofNullable(valid.get(Sha256.hex(key, 32))),
                hash -> Optional.ofNullable(valid.get(hash)), valid::keySet, address -> java.time.Duration.ZERO), restricted, settings,
                new FrontKeys(secret, () -> Instant.EPOCH, new Random(1)));
    }

    @Test
    void anApprovalKeyIsItsClientsAsLongAsTheKeyBehindItIsValid() {
        valid.put(Sha256.hex("secret of bot", 32), BOT);
        String key = visitors(true, "own").approvalKey("secret of bot");

        assertThat(key).hasSize(36);
        assertThat(visitors(true, "own").approved(key)).contains(new StreamClient("bot", BOT));
        assertThat(visitors(true, "own").approved(visitors(true, "own").approvalKey("another"))).isEmpty();
        assertThat(visitors(true, "of another gateway").approved(key)).isEmpty();
        assertThat(visitors(true, "own").approved("")).isEmpty();
        valid.clear();
        assertThat(visitors(true, "own").approved(key)).isEmpty();
    }

    @Test
    void whereAnybodyMayCallEveryKeyIsSomebodys() {
        assertThat(visitors(false, "own").approved("one of KIS's own")).get().extracting(StreamClient::client).isNull();
        assertThat(visitors(false, "own").approved(" ")).isEmpty();
    }
}
