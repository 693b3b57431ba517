package io.kisgateway.realtime;

import static io.kisgateway.realtime.KisSocket.code;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The session with KIS is lost in each way, and is made again. */
@Execution(ExecutionMode.CONCURRENT)
class SessionTest {

    private static final String TRADES = "H0STCNT0";

    private static void recordsComeAgain(RealtimeRig rig, KisSocket client) {
        RealtimeRig.eventually(() -> assertThat(rig.kis.realtime().push(TRADES, "005930", 1)).isTrue());
        client.messages().clear();
        RealtimeRig.eventually(() -> {
            rig.kis.realtime().push(TRADES, "005930", 1);
            assertThat(client.messages()).anyMatch(text -> text.startsWith("0|" + TRADES + "|001|005930^"));
        });
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void whatKisClosesIsMadeAgainWithAllThatIsRegistered() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket client = rig.socket();
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            assertThat(code(client.register(TRADES, "000660"))).isEqualTo("OPSP0000");
            for (int how : new int[] {0, 1000, 1011}) {
                rig.kis.realtime().close(how);
                RealtimeRig.eventually(() -> assertThat(rig.registered()).hasSize(2));
                recordsComeAgain(rig, client);
            }
        }
    }

    @Test
    void garbageIsCountedAndHurtsNobody() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket client = rig.socket();
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            rig.kis.realtime().garbage();
            recordsComeAgain(rig, client);
            assertThat(client.messages()).allMatch(text -> text.startsWith("0|" + TRADES) || text.contains("PINGPONG"));
        }
    }

    @Test
    void anotherSessionWithTheAppKeyIsNotFoughtAgainst() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket client = rig.socket();
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            rig.kis.realtime().takeOver(1000);
            recordsComeAgain(rig, client);
        }
    }

    @Test
    void anApprovalKeyThatKisDoesNotTakeAnyMoreIsReplaced() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket client = rig.socket();
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            rig.kis.approvals().kill();
            rig.kis.realtime().close(1000);
            recordsComeAgain(rig, client);
        }
    }

    @Test
    void withoutKisARegistrationIsRefusedAndClientsFindOutAfterHalfAMinute() {
        try (RealtimeRig rig = RealtimeRig.start()) {
            KisSocket client = rig.socket();
            assertThat(code(client.register(TRADES, "005930"))).isEqualTo("OPSP0000");
            rig.kis.realtime().takeOver(600_000);
            assertThat(code(client.register(TRADES, "000660"))).isEqualTo("OPSP0007");
            assertThat(client.awaitClosed()).isEqualTo(1001);
        }
    }
}
