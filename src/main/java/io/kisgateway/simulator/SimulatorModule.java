package io.kisgateway.simulator;

import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The KIS of a gateway in mode SIM. Only the start-up knows of it: all others see a KIS at some address. */
public final class SimulatorModule implements GatewayModule {

    /** The simulator tells everybody of its orders, whatever id they name. */
    private static final String HTS_ID = "simulator";

    private static final Logger LOG = LoggerFactory.getLogger(SimulatorModule.class);

    private final Simulator simulator;

    private SimulatorModule(Simulator simulator) {
        this.simulator = simulator;
    }

    public static SimulatorModule open(Settings settings) {
        Simulator simulator = Simulator.start(SimulatorOptions.builder()
                .port(settings.integer(Setting.SIM_PORT)).faultPort(settings.integer(Setting.SIM_FAULT_PORT))
                .stubs(settings.isOn(Setting.SIM_STUBS)).strict(settings.isOn(Setting.SIM_STRICT)).build());
        LOG.info("The simulator listens on {}, its fault switch on {}/_sim", simulator.baseUrl(), simulator.adminUrl());
        return new SimulatorModule(simulator);
    }

    /** The settings with the account that is traded here, for who only reads what it has left. */
    public static Settings withAccount(Settings settings) {
        return settings.with(Map.of(Setting.KIS_ACCOUNT_NO, SimulatorOptions.builder().build().credentials().account()));
    }

    /** The gateway's settings with the simulator for KIS. */
    public Settings asKis(Settings settings) {
        Credentials credentials = simulator.options().credentials();
        return settings.with(Map.of(Setting.KIS_BASE_URL, simulator.baseUrl(), Setting.KIS_WS_URL, simulator.realtimeUrl(),
                Setting.KIS_HTS_ID, settings.optional(Setting.KIS_HTS_ID).orElse(HTS_ID), Setting.KIS_APP_KEY, credentials.appKey(),
                Setting.KIS_APP_SECRET, credentials.appSecret(), Setting.KIS_ACCOUNT_NO, credentials.account()));
    }

    @Override
    public void close() {
        simulator.close();
    }
}
