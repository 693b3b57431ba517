package io.kisgateway.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.order.OrdersAtKis.Listed;
import io.kisgateway.order.OrdersAtKis.Reading;
import io.kisgateway.order.OrdersAtKis.Side;
import java.io.IOException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list that contradicts itself proves no absence: its caller would be told to order again. */
class OrdersAtKisTest {

    private static final String SAID = "'msg_cd':'KIOK0510'";

    private static String row(String number, int quantity) {
        return "{'odno':'" + number + "','ord_dt':'20261123','ord_tmd':'101500','sll_buy_dvsn_cd':'02','pdno':'005930','ord_qty':'"
                + quantity
                + "','ord_unpr':'70000'}";
    }

    private static Listed listed(String... pages) throws IOException {
        Reading reading = new Reading(LocalDate.of(2026, 11, 23), "005930", Side.BUY, page -> false);
        for (String page : pages) {
            reading.wantsMore((ObjectNode) JsonMapper.builder().build().readTree(("{'rt_cd':'0'," + page + "}").replace('\'', '"')));
        }
        return reading.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        SAID + ",'output1':[],'output2':{'tot_ord_qty':'3'}",
        SAID + ",'output1':[],'output2':{'tot_ord_qty':3}",
        "'msg_cd':'KIOK0560','output1':[],'output2':{'tot_ord_qty':'3'}",
        SAID + ",'output1':[],'output2':[{'odno':'1'}]",
        SAID + ",'output1':[],'output':[{'odno':'1'}]",
        "'msg_cd':'EGW00201','output1':[]",
        "'msg_cd':'EGW00123','output1':[]",
        "'msg_cd':' ','msg1':' ','output1':[]",
        "'output1':[]"})
    void anEmptyListThatSaysOtherwiseIsNotWhole(String page) throws IOException {
        assertThat(listed(page).whole()).isFalse();
    }

    @Test
    void aSumThatIsMoreThanTheRowsIsOfMoreRows() throws IOException {
        String page = SAID + ",'output1':[" + row("117057", 3) + "],'output2':{'tot_ord_qty':'";
        assertThat(listed(page + "3'}").whole()).isTrue();
        assertThat(listed(page + "5'}").whole()).isFalse();
        assertThat(listed(page + "5'}", SAID + ",'output1':[" + row("117056", 2) + "],'output2':{'tot_ord_qty':'5'}").whole()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {SAID + ",'output1':[],'output2':{'tot_ord_qty':'0'}", SAID + ",'output1':[],'output2':{}",
        SAID + ",'output1':[],'output2':[]",
        "'msg_cd':'KIOK0560','output1':null", "'msg_cd':'KIOK9999','output1':[],'output2':{'tot_ord_qty':''}"})
    void anEmptyListIsWhole(String page) throws IOException {
        assertThat(listed(page).whole()).isTrue();
    }

    @Test
    void oneNumberIsOneOrder() throws IOException {
        assertThat(listed(SAID + ",'output1':[" + row("117057", 3) + "," + row("117057", 3) + "]").unreadable()).isZero();
        assertThat(listed(SAID + ",'output1':[" + row("117057", 9) + "," + row("117057", 3) + "]").unreadable()).isEqualTo(1);
        assertThat(listed(SAID + ",'output1':[" + row("117057", 9) + "]", SAID + ",'output1':[" + row("117057", 3) + "]").unreadable())
                .isEqualTo(1);
    }
}
