package io.kisgateway.front;

/**
 * What the front says in KIS's words (facts 4.2, 4.5b), and in words of its own where KIS has none: codes that begin with KGW.
 * The HTTP status is the one with which KIS sends the code; what must not be sent again by itself has 200, as clients in use
 * repeat everything else.
 */
enum KisSays {
    TEMPORARY(500, "1", "EGW00001", "일시적 오류가 발생했습니다."),
    SERVER_ERROR(500, "1", "EGW00002", "서버 에러가 발생했습니다."),
    DENIED(500, "1", "EGW00003", "접근이 거부되었습니다."),
    INVALID(500, "1", "EGW00101", "유효하지 않은 요청입니다."),
    NO_APP_KEY(500, "1", "EGW00102", "AppKey는 필수입니다."),
    WRONG_APP_KEY(500, "1", "EGW00103", "유효하지 않은 AppKey입니다."),
    NO_APP_SECRET(500, "1", "EGW00104", "AppSecret은 필수입니다."),
    /** Of a token request. */
    WRONG_APP_SECRET(500, "1", "EGW00105", "유효하지 않은 AppSecret입니다."),
    NO_GRANT(500, "1", "EGW00115", "권한부여 타입(grant_type)은 필수입니다."),
    WRONG_GRANT(500, "1", "EGW00116", "지원하지 않는 권한부여 타입(grant_type)입니다."),
    NO_TOKEN(500, "1", "EGW00121", "유효하지 않은 token 입니다."),
    WRONG_CONTENT_TYPE(500, "1", "EGW00132", "Content-Type이 유효하지 않습니다."),
    TOO_MANY(500, "1", "EGW00201", "초당 거래건수를 초과하였습니다."),
    NOT_ROUTED(500, "1", "EGW00202", "GW라우팅 중 오류가 발생했습니다."),
    NO_BEARER(500, "1", "EGW00205", "credentials_type이 유효하지 않습니다.(Bearer)"),
    NOT_ALLOWED(500, "1", "EGW00206", "API 사용 권한이 없습니다."),
    UNAVAILABLE(500, "1", "EGW00300", "Gateway 라우팅 오류가 발생했습니다."),
    TIMED_OUT(500, "1", "EGW00301", "연결 시간이 초과되었습니다. 직전 거래를 반드시 확인하세요."),
    /** Of an order of which nobody knows whether KIS took it. */
    OUTCOME_UNKNOWN(200, "1", "EGW00302", "거래시간이 초과되었습니다. 직전 거래를 반드시 확인하세요."),
    /** Of any other request than one for a token. */
    WRONG_SECRET(500, "1", "EGW00304", "고객식별키(법인 personalSeckey, 개인 appSecret)가 유효하지 않습니다."),
    NO_TR_ID(500, "1", "EGW00310", "TR ID가 유효하지 않습니다."),
    VIRTUAL_AT_REAL(500, "1", "EGW02004", "모의투자 앱키는 실전투자에 사용할 수 없습니다."),
    NOT_OFFERED(500, "1", "EGW02006", "모의투자 TR 이 아닙니다."),
    REAL_AT_VIRTUAL(500, "1", "EGW02007", "모의투자 앱키가 아닙니다."),
    MALFORMED(500, "1", "IGW00007", "MCA 전문바디 구성 중 오류가 발생하였습니다."),
    OTHER_ACCOUNT(200, "2", "OPSQ2000", "ERROR : INPUT INVALID_CHECK_ACNO"),
    HALTED(200, "7", "KGW00001", "게이트웨이 운영자가 거래를 중지했습니다. 주문은 전송되지 않았습니다."),
    GUARDED(200, "7", "KGW00002", "게이트웨이에 설정된 주문 한도를 넘거나, 한도 안인지 알 수 없습니다. 주문은 전송되지 않았습니다."),
    KEY_REUSED(200, "7", "KGW00003", "이미 다른 주문에 사용된 키(gt_uid, Idempotency-Key)입니다. 주문은 전송되지 않았습니다."),
    KEY_MISSING(200, "7", "KGW00004", "올바른 gt_uid 또는 Idempotency-Key 헤더가 필요합니다. 주문은 전송되지 않았습니다.");

    private final int status;
    private final String rtCd;
    private final String code;
    private final String text;

    KisSays(int status, String rtCd, String code, String text) {
        this.status = status;
        this.rtCd = rtCd;
        this.code = code;
        this.text = text;
    }

    int status() {
        return status;
    }

    String rtCd() {
        return rtCd;
    }

    String code() {
        return code;
    }

    String text() {
        return text;
    }
}
