package io.kisgateway.front;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;

/**
 * What an operator may set of the KIS front.
 *
 * @param on         whether it serves
 * @param virtual    whether orders go to virtual trading
 * @param account    the eight digits that every request must name, if it names any
 * @param product    the two digits after them
 * @param appKey     the gateway's own at KIS
 * @param appSecret  the same; it also seeds what the front signs, since all instances have it and nobody else
 */
public record FrontSettings(boolean on, boolean virtual, String account, String product, String appKey, String appSecret) {

    /**
     * @param clients whether the operator has said who may call
     * @throws InvalidSetting if anybody on a network could trade
     */
    public static FrontSettings from(Settings settings, boolean clients) {
        String host = settings.text(Setting.HOST);
        boolean safe = clients || ListenAddress.isThisMachine(host);
        boolean on = settings.isOnOr(Setting.KIS_FRONT, () -> clients || safe && settings.mode() == TradingMode.SIM);
        if (on && !safe) {
            throw InvalidSetting.because("KIS_FRONT=true would let anybody who reaches HOST " + host
                    + " trade; say who may call in CLIENTS_FILE, or listen on 127.0.0.1");
        }
        String[] account = settings.text(Setting.KIS_ACCOUNT_NO).split("-");
        return new FrontSettings(on, settings.mode() == TradingMode.MOCK, account[0], account[1], settings.text(Setting.KIS_APP_KEY),
                settings.text(Setting.KIS_APP_SECRET));
    }

    @Override
    public String toString() {
        return "FrontSettings[on=" + on + ", virtual=" + virtual + "]";
    }
}
