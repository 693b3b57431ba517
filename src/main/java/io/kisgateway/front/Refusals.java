package io.kisgateway.front;

import io.kisgateway.call.Call;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;

/** Refusals that the front makes before anybody else has seen a request: a problem for operators, KIS's words for the caller. */
final class Refusals {

    private Refusals() {}

    /** @return to be thrown */
    static Problem of(Call call, KisSays says, ProblemCode code, String detail) {
        call.attribute(KisSays.class, says);
        return Problem.of(code, detail);
    }

    static Problem of(Call call, KisSays says) {
        return of(call, says, switch (says) {
            case NO_APP_KEY, WRONG_APP_KEY, NO_APP_SECRET, WRONG_APP_SECRET, WRONG_SECRET, NO_TOKEN, NO_BEARER, VIRTUAL_AT_REAL,
                    REAL_AT_VIRTUAL -> ProblemCode.UNAUTHENTICATED;
            case NOT_ALLOWED, DENIED, OTHER_ACCOUNT -> ProblemCode.FORBIDDEN;
            case NOT_OFFERED -> ProblemCode.NOT_OFFERED;
            default -> ProblemCode.INVALID_REQUEST;
        }, "Refused as KIS would: " + says.code());
    }
}
