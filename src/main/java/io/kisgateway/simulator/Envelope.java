package io.kisgateway.simulator;

/** How KIS wraps its answers (facts 4.1): outputs first, then rt_cd, msg_cd and a blank-padded msg1. */
final class Envelope {

    private static final int MSG1_LENGTH = 80;

    private final KisCode.Table codes = new KisCode.Table();

    KisCode code(String code) {
        return codes.get(code);
    }

    Reply success(String trId, String code, String trCont, Fields outputs) {
        return success(trId, code, trCont, codes.get(code).msg1(), outputs);
    }

    Reply success(String trId, String code, String trCont, String msg1, Fields outputs) {
        KisCode known = codes.get(code);
        return new Reply(known.status(), Reply.JSON, close(outputs, known.rtCd(), code, msg1), trId, trCont, code);
    }

    Reply failure(String trId, String code) {
        KisCode known = codes.get(code);
        return failure(trId, known.status(), known.rtCd(), code, known.msg1());
    }

    Reply failure(String trId, String code, String msg1) {
        KisCode known = codes.get(code);
        return failure(trId, known.status(), known.rtCd(), code, msg1);
    }

    Reply failure(String trId, int status, String rtCd, String code, String msg1) {
        return new Reply(status, Reply.JSON, close(new Fields(), rtCd, code, msg1), trId, "", code);
    }

    /** A parameter that is none: {@code PERIOD_DIV_CODE}, say. */
    Reply invalid(KisCall call, String parameter) {
        return failure(call.trId(), "OPSQ2001", "ERROR : INPUT INVALID_CHECK_" + parameter);
    }

    private static byte[] close(Fields outputs, String rtCd, String code, String msg1) {
        String padded = msg1.isEmpty() ? "" : Texts.padded(msg1, MSG1_LENGTH);
        return outputs.with("rt_cd", rtCd).with("msg_cd", code).with("msg1", padded).toJson();
    }

    /** Facts 2.1: /oauth2 fails in a form of its own. */
    Reply oauthFailure(int status, String code) {
        byte[] body = new Fields().with("error_description", codes.get(code).msg1()).with("error_code", code).toJson();
        return new Reply(status, Reply.JSON, body, "", "", code);
    }
}
