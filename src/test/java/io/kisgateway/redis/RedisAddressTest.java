package io.kisgateway.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
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
}
