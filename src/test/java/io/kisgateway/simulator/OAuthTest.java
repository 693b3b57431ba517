package io.kisgateway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kisgateway.testing.TestClock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Checklist 1 to 3: tokens by the rules of facts 2.1. */
class OAuthTest {

    private final TestClock clock = TestClock.at("2026-11-23T10:00:00");
    @AutoClose
    private final Simulator simulator = Simulator.start(SimulatorOptions.builder().clock(clock).build());
    private final KisClient client = new KisClient(simulator);

    private static String error(KisClient.Answer answer) {
        return answer.status() + " " + answer.json().path("error_code").asText();
    }

    @Test
    void grantsATokenOfADay() {
        JsonNode token = client.token().json();

        assertThat(token.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(token.path("expires_in").isNumber()).isTrue();
        assertThat(token.path("expires_in").asInt()).isEqualTo(86_400);
        assertThat(token.path("access_token_token_expired").asText()).isEqualTo("2026-11-24 10:00:00");
        assertThat(token.path("access_token").asText()).matches("[^.]+\\.[^.]+\\.[^.]+").hasSizeLessThanOrEqualTo(350);
    }

    @Test
    void refusesAnotherIssueWithinAMinuteInTheFormOfOauth() {
        client.token();
        clock.advance(Duration.ofSeconds(59));

        KisClient.Answer second = client.token();

        assertThat(error(second)).isEqualTo("403 EGW00133");
        assertThat(second.json().path("error_description").asText()).isEqualTo("접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)");
        assertThat(second.json().has("rt_cd")).isFalse();
        assertThat(simulator.tokens().refused()).isEqualTo(1);
    }

    @Test
    void handsBackTheSameTokenWithinSixHoursAndAFreshOneAfter() {
        String first = client.token().json().path("access_token").asText();
        clock.advance(Duration.ofMinutes(1));
        KisClient.Answer same = client.token();
        clock.advance(Duration.ofHours(6));
        String later = client.token().json().path("access_token").asText();

        assertThat(same.json().path("access_token").asText()).isEqualTo(first);
        assertThat(same.json().path("expires_in").asInt()).isEqualTo(86_340);
        assertThat(later).isNotEqualTo(first);
        assertThat(simulator.tokens().issued()).isEqualTo(2);
    }

    @Test
    void refusesWrongOrMissingKeysAndSecrets() {
        Credentials good = simulator.options().credentials();

        assertThat(error(client.token(new Credentials("nobody", good.appSecret(), good.account()))))
                .isEqualTo("403 EGW00103");
        assertThat(error(client.token(new Credentials(good.appKey(), "wrong", good.account()))))
                .isEqualTo("403 EGW00105");
        assertThat(error(client.token(new Credentials(good.appKey(), good.appSecret() + "\n", good.account()))))
                .isEqualTo("403 EGW00105");
        assertThat(error(client.post("/oauth2/tokenP", Map.of("grant_type", "client_credentials"))))
                .isEqualTo("403 EGW00102");
        assertThat(error(client.post("/oauth2/tokenP", Map.of("grant_type", "password"))))
                .isEqualTo("403 EGW00116");
        assertThat(error(client.post("/oauth2/tokenP", Map.of()))).isEqualTo("403 EGW00115");
        assertThat(error(client.post("/oauth2/tokenP", "", "nonsense"))).isEqualTo("403 EGW00101");
        assertThat(simulator.tokens().issued()).isZero();
    }

    @Test
    void revokedTokenIsInvalid() {
        Credentials good = simulator.options().credentials();
        String token = client.token().json().path("access_token").asText();
        client.bearer(token);
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");

        KisClient.Answer revoked = client.post("/oauth2/revokeP",
                Map.of("appkey", good.appKey(), "appsecret", good.appSecret(), "token", token));

        assertThat(revoked.json().path("code").asInt()).isEqualTo(200);
        assertThat(client.price("005930").summary()).isEqualTo("500 1 EGW00121");
    }

    @Test
    void missingAndInventedAndExpiredBearersAreTold() {
        assertThat(client.price("005930").summary()).isEqualTo("500 1 EGW00121");
        assertThat(client.bearer("invented").price("005930").summary()).isEqualTo("500 1 EGW00121");
        assertThat(client.header("authorization", "Basic abc").price("005930").summary()).isEqualTo("500 1 EGW00205");

        client.bearer(client.token().json().path("access_token").asText());
        clock.advance(Duration.ofHours(24).minusMillis(1));
        assertThat(client.price("005930").summary()).isEqualTo("200 0 MCA00000");
        clock.advance(Duration.ofMillis(1));
        assertThat(client.price("005930").summary()).isEqualTo("500 1 EGW00123");
    }

    @Test
    void testsCanEndATokenEarly() {
        KisClient loggedIn = KisClient.loggedIn(simulator);

        simulator.tokens().expire();
        assertThat(loggedIn.price("005930").summary()).isEqualTo("500 1 EGW00123");
        clock.advance(Duration.ofMinutes(1));
        loggedIn.bearer(loggedIn.token().json().path("access_token").asText());
        assertThat(loggedIn.price("005930").summary()).isEqualTo("200 0 MCA00000");

        simulator.tokens().kill();
        assertThat(loggedIn.price("005930").summary()).isEqualTo("500 1 EGW00121");
    }

    @Test
    void anIncurablyDeadTokenIsHandedBackUntilSixHoursAreOver() {
        String dead = client.token().json().path("access_token").asText();
        simulator.tokens().kill(true);

        clock.advance(Duration.ofMinutes(2));
        assertThat(client.token().json().path("access_token").asText()).isEqualTo(dead);
        clock.advance(Duration.ofHours(6));
        assertThat(client.token().json().path("access_token").asText()).isNotEqualTo(dead);
    }

    @Test
    void crossedKeysAreToldApart() {
        Credentials virtual = Credentials.defaults(Mode.VIRTUAL);
        assertThat(client.token(virtual).json().path("error_code").asText()).isEqualTo("EGW02004");
        assertThat(client.header("appkey", virtual.appKey()).price("005930").summary()).isEqualTo("500 1 EGW02004");

        try (Simulator other = Simulator.start(SimulatorOptions.builder().mode(Mode.VIRTUAL).build())) {
            KisClient crossed = new KisClient(other).header("appkey", Credentials.defaults(Mode.REAL).appKey());
            assertThat(crossed.price("005930").summary()).isEqualTo("500 1 EGW02007");
        }
    }

    @Test
    void approvalKeyAndHashkey() {
        Credentials good = simulator.options().credentials();
        KisClient.Answer approval = client.post("/oauth2/Approval", Map.of("grant_type", "client_credentials",
                "appkey", good.appKey(), "secretkey", good.appSecret()));
        KisClient.Answer hash = client.post("/uapi/hashkey", Map.of("CANO", "50123456"));

        assertThat(approval.json().path("approval_key").asText()).hasSize(36);
        assertThat(hash.json().path("HASH").asText()).matches("[0-9a-f]{64}");
        assertThat(hash.json().path("BODY").path("CANO").asText()).isEqualTo("50123456");
    }

    @Test
    void keysAreAsLongAsKisMakesThem() {
        for (Mode mode : Mode.values()) {
            assertThat(Credentials.defaults(mode).appKey()).hasSize(36);
            assertThat(Credentials.defaults(mode).appSecret()).hasSize(180);
            assertThat(Credentials.defaults(mode).toString()).doesNotContain(Credentials.defaults(mode).appSecret());
        }
    }
}
