package io.kisgateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Notices as OpenSSL writes them: {@code openssl enc -aes-256-cbc -K … -iv … -base64 -A}. */
class NoticeKeyTest {

    private static final String TEXT =
            "HTSID^5012345601^0000000101^^02^0^00^005930^0000000010^000071200^093001^0^2^2^91252^000000010^홍길동^삼성전자";
    private static final String OF_OPENSSL =
            "0LJUu5OTURSQh3hU+uB8+Kn6pdNJo1H/PCxfkBwj7BvE2tGb0Qq3MpS6+bincsvaAtlO5rP0mPyZQVGgYaICDUG0jXxw3uaSKHA0"
                    + "TtVnHUBiqULbb6CTpOnZcYZYRkJ5RhvOLn4iAqJ6Fre8MW9m/vOFTn62eM/tVaYgemwp9S8=";

    private final NoticeKey key = NoticeKey.of("0123456789abcdef", "abcdefghijklmnopqrstuvwxyz012345").orElseThrow();

    @Test
    void whatAnotherImplementationHasEncryptedIsReadAndWrittenTheSame() {
        assertThat(key.decrypt(OF_OPENSSL)).contains(TEXT);
        assertThat(key.encrypt(TEXT)).isEqualTo(OF_OPENSSL);
    }

    @Test
    void whatIsEncryptedWithAnotherKeyIsNotRead() {
        NoticeKey other = NoticeKey.of("0123456789abcdef", "zbcdefghijklmnopqrstuvwxyz012345").orElseThrow();
        assertThat(other.decrypt(OF_OPENSSL)).isNotEqualTo(key.decrypt(OF_OPENSSL));
        assertThat(key.decrypt("no base64")).isEmpty();
        assertThat(NoticeKey.of("short", "abcdefghijklmnopqrstuvwxyz012345")).isEmpty();
    }
}
