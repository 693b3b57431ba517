package io.kisgateway.stream;

import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.util.Optional;

/**
 * The JSON side of realtime.
 *
 * @param virtual    whether the TR ids of virtual trading are the right ones
 * @param htsId      what KIS knows the account's own records by
 * @param listeners  most of one instance
 * @param stream     the Redis Stream that records of subscribed codes go to
 * @param streamMost how many entries it keeps, about
 * @param scope      the environment: what is subscribed in one is not in another
 */
public record StreamSettings(boolean virtual, Optional<String> htsId, int listeners, Optional<String> stream, int streamMost,
        String scope) {

    public static StreamSettings from(Settings settings) {
        return new StreamSettings(settings.mode() == TradingMode.MOCK, settings.optional(Setting.KIS_HTS_ID),
                settings.integer(Setting.REALTIME_LISTENERS), settings.optional(Setting.REALTIME_STREAM),
                settings.integer(Setting.REALTIME_STREAM_MAXLEN), settings.mode().scope());
    }
}
