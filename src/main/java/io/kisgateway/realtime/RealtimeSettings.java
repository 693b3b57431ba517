package io.kisgateway.realtime;

import io.kisgateway.runtime.Sha256;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.net.URI;
import java.util.Optional;

/**
 * What an operator may set of realtime data.
 *
 * @param on      whether it is offered
 * @param address of KIS's WebSocket
 * @param scope   what one KIS and one app key share among instances
 * @param htsId   whose notices of orders the gateway itself listens to, if it is to
 * @param virtual whether orders go to virtual trading
 */
public record RealtimeSettings(boolean on, URI address, String scope, Optional<String> htsId, boolean virtual) {

    private static final String REAL_URL = "ws://ops.koreainvestment.com:21000";
    private static final String MOCK_URL = "ws://ops.koreainvestment.com:31000";
    /** Where clients in use connect to; KIS takes any path (facts 11.1). */
    private static final String PATH = "/tryitout";

    public static RealtimeSettings from(Settings settings) {
        TradingMode mode = settings.mode();
        String url = settings.optional(Setting.KIS_WS_URL).orElse(mode == TradingMode.REAL ? REAL_URL : MOCK_URL).replaceFirst("/$", "");
        URI address = URI.create(url);
        return new RealtimeSettings(settings.isOn(Setting.REALTIME), address.getPath().isEmpty() ? URI.create(url + PATH) : address,
                mode.scope() + "-" + Sha256.hex(settings.text(Setting.KIS_APP_KEY), 8),
                settings.optional(Setting.KIS_HTS_ID), mode == TradingMode.MOCK);
    }

    @Override
    public String toString() {
        return "RealtimeSettings[on=" + on + ", address=" + address + "]";
    }
}
