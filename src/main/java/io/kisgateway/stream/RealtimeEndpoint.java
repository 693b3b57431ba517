package io.kisgateway.stream;

import io.kisgateway.call.Scope;
import io.kisgateway.settings.Spelling;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** One kind of records. */
@UriEndpoint(firstVersion = "0.2.0", scheme = "realtime", title = "Realtime", syntax = "realtime:kind", consumerOnly = true,
        category = Category.API)
public final class RealtimeEndpoint extends DefaultEndpoint {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern COLUMN = Pattern.compile("[A-Za-z0-9_]+");
    private static final String NONE = "none";

    @UriPath(description = "What listeners call it, such as trade")
    @Metadata(required = true)
    private final String kind;
    @UriParam(description = "The TR id of KIS's documentation, such as H0STCNT0")
    @Metadata(required = true)
    private final String trId;
    @UriParam(
            description = "Its TR id in virtual trading, if the gateway's list of TRs does not have it; none if KIS does not offer it there")
    private final String trIdMock;
    @UriParam(description = "What one registers for: stock code, index code, text, or account for the account's own records",
            defaultValue = "stock code")
    private final String key;
    @UriParam(description = "The scope that its listeners need", defaultValue = "market:read")
    private final String scope;
    @UriParam(description = "Names of the fields, with blanks between, if the gateway's list of TRs does not have them")
    private final String columns;
    @UriParam(description = "A direct: route that, after a gap, gives a code's present state if the account's budget is free")
    private final String snapshot;
    @UriParam(
            description = "The member of the mapping's data that has an order's number: a client that does not see all is told of its own orders"
                    + " alone")
    private final String order;

    /**
     * @param options those that are known are taken out
     * @throws IllegalArgumentException if it is not as it should be
     */
    RealtimeEndpoint(String uri, RealtimeComponent component, String kind, Map<String, Object> options) {
        super(uri, component);
        this.kind = kind;
        this.trId = Objects.toString(options.remove("trId"), null);
        this.trIdMock = Objects.toString(options.remove("trIdMock"), null);
        this.key = Objects.toString(options.remove("key"), KeyForm.STOCK_CODE.toString());
        this.scope = Objects.toString(options.remove("scope"), Scope.MARKET_READ.toString());
        this.columns = Objects.toString(options.remove("columns"), null);
        this.snapshot = Objects.toString(options.remove("snapshot"), null);
        this.order = Objects.toString(options.remove("order"), null);
        check();
    }

    @Override
    public RealtimeComponent getComponent() {
        return (RealtimeComponent) super.getComponent();
    }

    private void check() {
        if (!NAME.matcher(kind).matches()) {
            throw new IllegalArgumentException("a kind's name is like trade or index-trade, not " + kind);
        }
        if (trId == null) {
            throw new IllegalArgumentException("trId is missing");
        }
        if (columns == null && getComponent().trs().tr(trId).isEmpty()) {
            throw new IllegalArgumentException("there is no realtime TR " + trId + Spelling.question(trId, getComponent().trs().ids())
                    + "; for one that the gateway does not know say its columns too");
        }
        if (columns != null && !List.of(columns.strip().split("\\s+")).stream().allMatch(COLUMN.asMatchPredicate())) {
            throw new IllegalArgumentException("columns are names with blanks between");
        }
        if (KeyForm.of(key).isEmpty()) {
            throw new IllegalArgumentException("key " + key + " is none of " + KeyForm.all());
        }
        if (Scope.of(scope).isEmpty()) {
            throw new IllegalArgumentException("scope " + scope + " is none of " + Scope.all());
        }
        if (snapshot != null && !snapshot.startsWith("direct:")) {
            throw new IllegalArgumentException("snapshot is a direct: route, not " + snapshot);
        }
    }

    private Kind kind() {
        RealtimeTrs.Tr tr = getComponent().trs().tr(trId).orElse(new RealtimeTrs.Tr("", List.of()));
        String mock = trIdMock == null ? tr.virtualId() : trIdMock.equals(NONE) ? "" : trIdMock;
        return new Kind(kind, getComponent().kinds().isVirtual() ? mock.isEmpty() ? null : mock : trId, KeyForm.of(key).orElseThrow(),
                Scope.of(scope).orElseThrow(), columns == null ? tr.columns() : List.of(columns.strip().split("\\s+")), snapshot, order);
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException(
                "realtime: is a source, not a step; records are handed on with process, ref: realtime-publish");
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        return new KindConsumer(this, processor, kind());
    }
}
