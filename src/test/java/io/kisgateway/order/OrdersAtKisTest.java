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
            reading.wantsMore((ObjectNode) JsonMapper.builder().build().readTree(("{'rt_cd':'0'," + page + "}").replace('\'', '"')), null);
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
        SAID + ",'output1':[],'OUTPUT1':[{'ODNO':'1'}]",
        SAID + ",'output1':[],'output3':{'odno':'1'}",
        SAID + ",'output1':[],'output2':{'odno':'1'}",
        SAID + ",'output1':[],'output2':{'list':[{'odno':'1'}]}",
        SAID + ",'output1':[],'output2':{'TOT_ORD_QTY':'3'}",
        SAID + ",'output1':[],'output2':{'tot_ord_qty':'1,000'}",
        SAID + ",'output1':[],'output2':{'tot_ord_qty':'-1'}",
        SAID + ",'output1':[],'output2':{'tot_ord_qty':['3']}",
        SAID + ",'output1':[],'output2':{'tot_ccld_qty':'3'}",
        "'msg_cd':'KIOK0560','OUTPUT1':[{'odno':'1'}]",
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

    @Test
    void rowsOfWhichItIsSaidThatThereAreNoneAreNoWholeList() throws IOException {
        assertThat(listed("'msg_cd':'KIOK0560','output1':[" + row("117057", 3) + "]").whole()).isFalse();
        assertThat(listed(SAID + ",'output1':[" + row("117057", 3) + "]").whole()).isTrue();
    }

    /** After a page KIS said that there is another. */
    @Test
    void aFurtherPageWithNothingNewLeavesOutWhatItShouldHave() throws IOException {
        String first = SAID + ",'output1':[" + row("117057", 3) + "," + row("117056", 2) + "]";
        assertThat(listed(first, first).whole()).isFalse();
        assertThat(listed(first, SAID + ",'output1':[]").whole()).isFalse();
        assertThat(listed(first, "'msg_cd':'KIOK0560'").whole()).isFalse();
        assertThat(listed(first, SAID + ",'output1':[" + row("117056", 2) + "," + row("117055", 1) + "]").whole()).isTrue();
        assertThat(listed(first, SAID + ",'output1':[],'output2':{'tot_ord_qty':'5'}").whole()).as("but for its own sum").isTrue();
    }

    @Test
    void whatChangesAnOrderThatIsNotListedIsOfAListThatIsNotWhole() throws IOException {
        String change = row("117058", 3).replace("}", ",'orgn_odno':'117057'}");
        assertThat(listed(SAID + ",'output1':[" + change + "]").whole()).isFalse();
        assertThat(listed(SAID + ",'output1':[" + change + "]", SAID + ",'output1':[" + row("117057", 3) + "]").whole()).isTrue();
    }

    @Test
    void aRowOfAnotherDayIsNoneOfThisOneAtWhateverTime() throws IOException {
        for (String time : new String[] {"101500", ""}) {
            String other = row("117057", 3).replace("20261123", "20261122").replace("101500", time);
            assertThat(listed(SAID + ",'output1':[" + other + "]").rows()).isEmpty();
            assertThat(listed(SAID + ",'output1':[" + other + "]").unreadable()).isEqualTo(1);
        }
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
