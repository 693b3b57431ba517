package io.kisgateway.access;

import io.kisgateway.runtime.ListenAddress;
import io.kisgateway.runtime.TrustedAuthorities;
import io.kisgateway.settings.InvalidSetting;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.settings.TradingMode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * What the settings say of who may come in.
 *
 * @param own            where the gateway listens
 * @param hosts          further names that it is reached by
 * @param origins        of other pages that may use the management port
 * @param proxies        whose word is taken for a caller's address
 * @param maxConnections of the public port
 * @param simulated      whether KIS is simulated
 * @param clients        the file of those who may call, if there is one
 * @param issuers        whose identity tokens are taken
 * @param audience       that they must be meant for
 * @param authorities    of the issuers' certificates, beside those that Java knows
 * @param token          the gateway's own identity token, for the issuer that made it
 * @param warning        what an operator must know of the chosen settings, or empty
 */
public record AccessSettings(List<String> own, List<String> hosts, List<String> origins, List<String> proxies, int maxConnections,
        boolean simulated, Optional<Path> clients, Set<String> issuers, List<String> audience, Optional<SSLContext> authorities,
        Optional<Path> token, Optional<String> warning) {

    /** @throws InvalidSetting if somebody could trade who was not meant to */
    public static AccessSettings from(Settings settings) {
        List<String> issuers = list(settings, Setting.AUTH_ISSUERS);
        List<String> audience = list(settings, Setting.AUTH_AUDIENCE);
        if (issuers.isEmpty() != audience.isEmpty()) {
            throw InvalidSetting
                    .because("AUTH_ISSUERS and AUTH_AUDIENCE are set together or not at all: without an audience a token that was"
                            + " made for another service would pass");
        }
        issuers.forEach(AccessSettings::requireSafe);
        Optional<Path> clients = settings.optional(Setting.CLIENTS_FILE).map(Path::of);
        boolean none = settings.optional(Setting.AUTH).isPresent();
        if (none && (clients.isPresent() || !issuers.isEmpty())) {
            throw InvalidSetting.because(
                    "AUTH=none says that anybody may call, and " + (clients.isPresent() ? Setting.CLIENTS_FILE : Setting.AUTH_AUDIENCE)
                            + " that not; set one of them");
        }
        return new AccessSettings(List.of(settings.text(Setting.HOST), settings.text(Setting.MANAGEMENT_HOST)),
                list(settings, Setting.ALLOWED_HOSTS), list(settings, Setting.MANAGEMENT_ORIGINS), list(settings, Setting.TRUSTED_PROXIES),
                settings.integer(Setting.MAX_CONNECTIONS), settings.mode() == TradingMode.SIM, clients, new LinkedHashSet<>(issuers),
                audience, settings.optional(Setting.AUTH_CA_FILE).map(AccessSettings::authorities),
                settings.optional(Setting.AUTH_TOKEN_FILE).map(Path::of),
                clients.isPresent() || !issuers.isEmpty() ? noClients(clients) : warning(settings, none));
    }

    private static SSLContext authorities(String file) {
        try {
            return TrustedAuthorities.beside(Path.of(file));
        } catch (IllegalArgumentException e) {
            throw InvalidSetting.because(Setting.AUTH_CA_FILE + " " + e.getMessage());
        }
    }

    private static List<String> list(Settings settings, Setting setting) {
        return settings.optional(setting).map(text -> Arrays.asList(text.split(",\\s*"))).orElse(List.of());
    }

    /** Keys of an issuer that come unencrypted can be anybody's. */
    private static void requireSafe(String issuer) {
        if (!isSafe(URI.create(issuer))) {
            throw InvalidSetting.of(Setting.AUTH_ISSUERS.name(), issuer, "https://issuer; http only for this machine");
        }
    }

    static boolean isSafe(URI uri) {
        return "https".equals(uri.getScheme())
                || "http".equals(uri.getScheme()) && uri.getHost() != null && ListenAddress.isThisMachine(uri.getHost());
    }

    private static Optional<String> noClients(Optional<Path> clients) {
        return clients.isPresent() ? Optional.empty()
                : Optional.of(
                        "AUTH_AUDIENCE is set and CLIENTS_FILE is not: tokens are checked, but nobody may do anything yet; see docs/security.md");
    }

    /** Who reaches a port may use it: beyond this machine that must be meant. */
    private static Optional<String> warning(Settings settings, boolean none) {
        for (Setting host : new Setting[] {Setting.HOST, Setting.MANAGEMENT_HOST}) {
            if (ListenAddress.isThisMachine(settings.text(host))) {
                continue;
            }
            String whoever = host + "=" + settings.text(host) + " with TRADING_MODE=" + settings.mode() + " lets whoever reaches this port "
                    + (host == Setting.HOST ? "trade" : "steer the gateway");
            if (none) {
                return Optional.of(whoever + ", as AUTH=none says");
            }
            if (settings.mode() != TradingMode.SIM) {
                throw InvalidSetting.because(whoever + ". Set CLIENTS_FILE or AUTH_AUDIENCE, or say AUTH=none");
            }
            return Optional.of(whoever + ", with play money; see docs/security.md");
        }
        return settings.mode() == TradingMode.SIM ? Optional.empty()
                : Optional.of("Anybody on this machine can trade; see docs/security.md");
    }
}
