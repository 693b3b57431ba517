package io.kisgateway.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "redis://localhost | redis://localhost:6379",
        "redis://localhost:7000/3 | redis://localhost:7000/3",
        "redis://user:pass@redis.example/0 | redis://redis.example:6379",
        "redis://:pass@h | redis://h:6379",
        "redis://pass@h | redis://h:6379",
        "rediss://user:p%40ss@h:1 | rediss://h:1",
        "redis://[::1]:6379 | redis://[::1]:6379",
        "redis-sentinel://a,b:26380/kis/2 | redis-sentinel://a:26379,b:26380/kis/2",
        "rediss-sentinel://u:p@a/kis | rediss-sentinel://a:26379/kis",
        "redis-cluster://a:1,b:2 | redis-cluster://a:1,b:2",
    })
    void readsAndShowsWithoutSecrets(String text, String shown) {
        assertThat(RedisAddress.parse(text)).hasToString(shown);
    }

    @Test
    void handsUserAndPasswordToTheClient() {
        var config = RedisAddress.parse("redis://gate:p%40s%2Fs+@h:1/4").config().useSingleServer();
        assertThat(config.getUsername()).isEqualTo("gate");
        assertThat(config.getPassword()).isEqualTo("p@s/s+");
        assertThat(config.getDatabase()).isEqualTo(4);
        assertThat(config.getRetryAttempts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://secret@h", "redis://", "redis://secret@", "redis://secret@h:0", "redis://secret@h:70000",
        "redis://secret@a,b", "redis://secret@h/x", "redis-sentinel://secret@a", "redis-cluster://secret@a/1", "redis://secret%@h",
        "redis://secret@h h"})
    void saysWhatMayBeHeldButNeverWhatIs(String text) {
        assertThatThrownBy(() -> RedisAddress.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("may be 'memory://'").message().doesNotContain("secret");
    }

    @Test
    void authoritiesComeFromAFileWithCertificatesAndNeedTls(@TempDir Path folder) throws Exception {
        Path certificate = TestCertificate.in(folder).certificatePem();
        Path two = Files.writeString(folder.resolve("two.pem"), Files.readString(certificate).repeat(2));
        RedisAddress tls = RedisAddress.parse("rediss://h");
        assertThat(tls.trusting(two).config().useSingleServer().getSslTrustManagerFactory()).isNotNull();
        assertThat(tls.trusting(two)).hasToString("rediss://h:6379");

        assertWrong("without TLS", () -> RedisAddress.parse("redis://h").trusting(certificate));
        assertWrong("cannot be read", () -> tls.trusting(folder.resolve("none.pem")));
        assertWrong("cannot be read", () -> tls.trusting(folder));
        assertWrong("without a certificate", () -> tls.trusting(Files.writeString(folder.resolve("empty.pem"), "")));
        assertWrong("does not hold certificates", () -> tls.trusting(Files.writeString(folder.resolve("other.pem"), "hello\n")));
    }

    private static void assertWrong(String reason, ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason);
    }
}
