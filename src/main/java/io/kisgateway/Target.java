package io.kisgateway;

import io.kisgateway.kis.KisCredentials;
import io.kisgateway.kis.KisEnvironment;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import io.kisgateway.simulator.Simulator;
import io.kisgateway.simulator.SimulatorOptions;
import java.net.URI;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The KIS that the trading mode asks for; in SIM it is one of our own, started here. */
record Target(KisEnvironment environment, KisCredentials credentials, String appKey, Simulator simulator) implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Target.class);
    /** Facts 1.1. */
    private static final String REAL_URL = "https://openapi.koreainvestment.com:9443";
    private static final String MOCK_URL = "https://openapivts.koreainvestment.com:29443";

    static Target of(Settings settings) {
        TradingMode mode = settings.mode();
        if (mode == TradingMode.SIM) {
            return simulated(settings);
        }
        String url = settings.optional(Setting.KIS_BASE_URL).orElse(mode == TradingMode.REAL ? REAL_URL : MOCK_URL);
        return new Target(new KisEnvironment(mode.name(), mode == TradingMode.MOCK, URI.create(url.replaceFirst("/$", ""))),
                credentials(settings.text(Setting.KIS_APP_KEY), settings.text(Setting.KIS_APP_SECRET),
                        settings.text(Setting.KIS_ACCOUNT_NO)), settings.text(Setting.KIS_APP_KEY), null);
    }

    private static Target simulated(Settings settings) {
        Simulator simulator = Simulator.start(SimulatorOptions.builder()
                .port(settings.integer(Setting.SIM_PORT)).faultPort(settings.integer(Setting.SIM_FAULT_PORT)).build());
        LOG.info("The simulator listens on {}, its fault switch on {}/_sim", simulator.baseUrl(), simulator.adminUrl());
        var pair = simulator.options().credentials();
        return new Target(new KisEnvironment(TradingMode.SIM.name(), false, URI.create(simulator.baseUrl())),
                credentials(pair.appKey(), pair.appSecret(), pair.account()), pair.appKey(), simulator);
    }

    private static KisCredentials credentials(String appKey, String appSecret, String account) {
        String[] parts = account.split("-");
        return new KisCredentials(appKey, appSecret, parts[0], parts[1]);
    }

    boolean isSimulated() {
        return simulator != null;
    }

    @Override
    public String toString() {
        return "Target[" + environment + "]";
    }

    /** Where the token is kept over a restart when there is no Redis; null where it would be worthless. */
    Path tokenFolder(Settings settings) {
        return simulator == null ? Path.of(settings.text(Setting.DATA_DIR)) : null;
    }

    /** The account that orders go to. */
    String account(Settings settings) {
        return simulator == null ? settings.text(Setting.KIS_ACCOUNT_NO) : simulator.options().credentials().account();
    }

    @Override
    public void close() {
        if (simulator != null) {
            simulator.close();
        }
    }
}
