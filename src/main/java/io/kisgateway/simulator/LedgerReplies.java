package io.kisgateway.simulator;

import java.util.List;

/** How the ledger wraps what it answers: codes of its own, rows in pages with keys padded to 100. */
record LedgerReplies(Envelope envelope, Mode mode) {

    String done() {
        return mode == Mode.REAL ? "KIOK0510" : "20310000";
    }

    static Fields outputs(Page<?> page, String context, String rowsName, List<Fields> rows) {
        return new Fields()
                .with("ctx_area_fk100", Texts.padded(context, 100))
                .with("ctx_area_nk100", Texts.padded(page.nextKey(), 100))
                .with(rowsName, rows);
    }

    Reply answer(KisCall call, Page<?> page, Fields outputs) {
        String code = page.more() ? "KIOK0500" : page.items().isEmpty() ? nothing() : done();
        return envelope.success(call.trId(), code, page.trCont(call.nextPage()), outputs);
    }

    String nothing() {
        return mode == Mode.REAL ? "KIOK0560" : "70070000";
    }
}
