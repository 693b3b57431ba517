package io.kisgateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KisMessageTest {

    /** App key, app secret and token are 36, 180 and some 350 characters. */
    @ParameterizedTest
    @ValueSource(strings = {"PSxK1a9Tq0ZbW3yD5mR7uC2eF4gH6jL8nP0v", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJ0b2tlbiJ9.a_b-c",
        "kR2/9aT+0ZbW3yD5mR7uC2eF4gH6jL8nP0vkR2/9aT+0ZbW3yD5mR7uC2eF4gH6jL8nP0v=="})
    void aCredentialThatKisRepeatsIsForNobody(String credential) {
        assertThat(new KisMessage("EGW00105", "유효하지 않은 AppSecret입니다: " + credential + ".").msg1())
                .isEqualTo("유효하지 않은 AppSecret입니다: …");
    }

    @Test
    void whatKisSaysStaysAsItIs() {
        String said = "ERROR : INPUT INVALID_CHECK_MRKT_DIV_CODE [FID_COND_MRKT_DIV_CODE] 주문가능금액을 초과 했습니다";
        assertThat(new KisMessage(" OPSQ2001 ", said + "   ")).isEqualTo(new KisMessage("OPSQ2001", said));
    }
}
