package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Problem;
import io.kisgateway.order.journal.OrderEntry;
import io.kisgateway.order.journal.Origin;
import io.kisgateway.order.journal.Terms;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a row of inquire-daily-ccld must say, and what it may leave out (facts 3.13). */
class KisOrderTest {

    private static ObjectNode row(String... changes) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        Map.of("ord_dt", "20261123", "odno", "117057", "sll_buy_dvsn_cd", "02", "pdno", "005930", "ord_qty", "10", "ord_unpr", "70000",
                "ord_tmd", "101500", "ord_dvsn_cd", "00", "rmn_qty", "3", "tot_ccld_qty", "5").forEach(row::put);
        row.put("cncl_cfrm_qty", "1").put("rjct_qty", "1").put("excg_id_dvsn_cd", "NXT").put("ord_gno_brno", "91252");
        for (int i = 0; i < changes.length; i += 2) {
            row.put(changes[i], changes[i + 1]);
        }
        return row;
    }

    @Test
    void everyQuantityIsReadUnderTheNameThatKisSends() {
        KisOrder order = KisOrder.of(row());

        assertThat(order.orderNo()).isEqualTo("0000117057");
        assertThat(order.filled() + order.remaining() + order.cancelled() + order.rejected()).isEqualTo(order.quantity()).isEqualTo(10);
        assertThat(order.exchange()).isEqualTo("NXT");
        assertThat(order.at()).isEqualTo(Instant.parse("2026-11-23T01:15:00Z"));
        ObjectNode old = row("cnc_cfrm_qty", "2", "excg_id_dvsn_Cd", "SOR");
        old.remove("cncl_cfrm_qty");
        old.remove("excg_id_dvsn_cd");
        assertThat(KisOrder.of(old).cancelled()).isEqualTo(2);
        assertThat(KisOrder.of(old).exchange()).isEqualTo("SOR");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = {"odno | ''", "odno | AB12", "odno | 12345678901", "odno | 0", "odno | 0000000000", "ord_dt | ''",
                "ord_dt | 2026-11-23", "ord_tmd | 9:05:03",
                "ord_tmd | 91500", "sll_buy_dvsn_cd | ''", "sll_buy_dvsn_cd | 00", "pdno | ''", "ord_qty | ''", "ord_qty | 0",
                "ord_qty | -1", "ord_qty | x",
                "ord_qty | 1.5", "ord_unpr | -", "ord_unpr | -1", "orgn_odno | x", "rmn_qty | ?", "tot_ccld_qty | -5",
                "cncl_cfrm_qty | -1"})
    void aRowThatDoesNotSayWhatItMustIsUnreadable(String field, String value) {
        assertThatThrownBy(() -> KisOrder.of(row(field, value))).isInstanceOf(Problem.class);
    }

    /** Found by the fault campaign: a cancellation without its quantity was none of ours, and an operator was told of a stranger's. */
    @Test
    void aChangeWithoutItsQuantityMayBeOfAnyQuantity() {
        assertThatThrownBy(() -> KisOrder.of(row("orgn_odno", "117056", "ord_qty", ""))).isInstanceOf(Problem.class);
        KisOrder row = KisOrder.of(row("orgn_odno", "117056", "sll_buy_dvsn_cd_name", "매수취소", "ord_qty", "0"));
        Terms part = new Terms(Terms.Action.CANCEL, "005930", 3, 0, "0000117056");
        assertThat(Matching.isSame(
                OrderEntry.received("e", part, new Origin("trading-cancel", null, null, "r", "me", null, "f"), Instant.EPOCH),
                row)).isTrue();
    }

    @Test
    void noOrderChangesItself() {
        assertThat(KisOrder.of(row("orgn_odno", "0000117057")).original()).isEmpty();
        assertThat(KisOrder.of(row("orgn_odno", "117056")).original()).isEqualTo("0000117056");
    }

    @Test
    void timeKindPriceAndBranchMayBeLeftOut() {
        KisOrder order = KisOrder.of(row("ord_tmd", "", "ord_dvsn_cd", "", "ord_unpr", "", "ord_gno_brno", " ", "avg_prvs", ""));

        assertThat(order.at()).isNull();
        assertThat(order.placement().organizationNo()).isNull();
        assertThat(order.placement().orderedAt()).isNull();
    }

    /** K2's kind: what KIS does not say once looked like nothing. */
    @ParameterizedTest
    @CsvSource({"tot_ccld_qty, quantity", "avg_prvs, average_price", "tot_ccld_amt, amount", "rmn_qty, remaining_quantity",
        "cncl_cfrm_qty, cancelled_quantity", "rjct_qty, rejected_quantity"})
    void whatKisDoesNotTellIsNotZero(String field, String member) {
        ObjectNode whole = row("avg_prvs", "70000", "tot_ccld_amt", "350000");
        assertThat(KisOrder.of(whole).fills().path(member).isNumber()).isTrue();
        assertThat(KisOrder.of(whole).isAccountedFor()).isTrue();
        for (ObjectNode row : List.of(whole.deepCopy().put(field, " "), whole.deepCopy().without(List.of(field)))) {
            ObjectNode fills = KisOrder.of(row).fills();
            assertThat(fills.path(member).isNull()).as(fills.toString()).isTrue();
            assertThat(fills.properties().stream().filter(one -> one.getValue().isNull())).hasSize(1);
            assertThat(KisOrder.of(row).isAccountedFor()).isEqualTo(List.of("avg_prvs", "tot_ccld_amt").contains(field));
        }
    }

    @Test
    void whatChangesAnOrderNamesItByTenDigits() {
        assertThat(KisOrder.of(row("orgn_odno", "117000", "sll_buy_dvsn_cd_name", "매수취소")).side()).isEqualTo("cancel");
        assertThat(KisOrder.of(row("orgn_odno", "117000", "sll_buy_dvsn_cd_name", "매수정정", "cncl_yn", "Y")).side()).isEqualTo("modify");
        assertThat(KisOrder.of(row("orgn_odno", "117000", "sll_buy_dvsn_cd_name", "매수정정")).original()).isEqualTo("0000117000");
        assertThat(KisOrder.of(row("orgn_odno", "0000000000")).side()).isEqualTo("buy");
    }

    /** B-4: neither millions of digits nor a large exponent is a number, whatever it is of. */
    @Test
    void noNumberIsLongerThanOnesOfOrders() {
        for (String name : new String[] {"ord_qty", "ord_unpr", "tot_ccld_qty", "avg_prvs", "tot_ccld_amt", "rmn_qty", "cncl_cfrm_qty",
            "rjct_qty", "orgn_odno", "odno"}) {
            for (String value : new String[] {"9".repeat(3_000_000), "1e999999999", "1e-999999999"}) {
                assertThatThrownBy(() -> KisOrder.of(row(name, value))).as(name).isInstanceOf(Problem.class);
            }
        }
        assertThat(KisOrder.of(row("avg_prvs", "71200.1234", "tot_ccld_amt", "356000.00")).averagePrice())
                .isEqualByComparingTo("71200.1234");
    }
}
