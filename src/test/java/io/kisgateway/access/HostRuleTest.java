package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {

    private final HostRule rule = new HostRule(List.of("gateway.lan"), List.of("kis.example.com", "*.trading.example"));

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "10.0.0.7", "255.255.255.255", "[::1]:8080", "[fe80::1]", "localhost", "LOCALHOST:1",
        "localhost.",
        "kis-gateway:8080", "kis-gateway.trading.svc", "kis-gateway.trading.svc.cluster.local", "printer.local", "metadata.google.internal",
        "kis-gateway-abc-an.a.run.app", "gateway.lan:8080", "kis.example.com", "KIS.Example.COM:443", "a.trading.example",
        "a.b.trading.example"})
    void isAnsweredTo(String header) {
        assertThat(rule.answersTo(HostRule.name(header))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rebind.test", "evil.com", "127.0.0.1.nip.io", "localhost.evil.com", "evil.example.com", "trading.example",
        "xkis.example.com", "1.2.3.4.5", "256.1.1.1", "1.2.3", "run.app.evil.com", ".run.app", "evil.com.", "a.svc.evil.com",
        "eviltrading.example"})
    void isNotAnsweredTo(String header) {
        assertThat(rule.answersTo(HostRule.name(header))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "user@host", "host:port", "[::1", "::1", "a/b", "host:123456", "a,b", "한.com"})
    void isNoHost(String header) {
        assertThat(HostRule.name(header)).isNull();
    }
}
