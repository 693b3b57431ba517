package io.kisgateway.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** The settings of one gateway, read and checked once. Its text form shows no secret. */
public final class Settings {

    private static final String ENDPOINT_LIMIT = "RATE_LIMIT_";
    private static final String FILE = "_FILE";
    private static final int MAX_SECRET_FILE_BYTES = 4096;
    // HOME is near to HOST.
    private static final int SHORTEST_JUDGED = 8;

    private final Map<Setting, Object> values;
    private final Map<String, String> endpointLimits;

    private Settings(Map<Setting, Object> values, Map<String, String> endpointLimits) {
        this.values = values;
        this.endpointLimits = endpointLimits;
    }

    /**
     * @param environment variables by name; an empty value counts as unset
     * @throws InvalidSetting on the first variable that is missing or malformed
     */
    public static Settings from(Map<String, String> environment) {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String text = textOf(setting, environment);
            if (text != null) {
                Object value = setting.parse(text);
                if (value == null) {
                    throw InvalidSetting.of(setting, text);
                }
                values.put(setting, value);
            }
        }
        Settings settings = new Settings(values, endpointLimits(environment));
        settings.requireCredentials();
        return settings;
    }

    private static String textOf(Setting setting, Map<String, String> environment) {
        String text = environment.getOrDefault(setting.name(), "").strip();
        String file = setting.secret() ? environment.getOrDefault(setting.name() + FILE, "").strip() : "";
        if (!text.isEmpty() && !file.isEmpty()) {
            throw InvalidSetting.because(setting.name() + " and " + setting.name() + FILE + " are both set; set one of them");
        }
        if (!file.isEmpty()) {
            text = readFile(setting.name() + FILE, file);
        }
        return text.isEmpty() ? setting.defaultText() : text;
    }

    private static String readFile(String variable, String file) {
        try {
            Path path = Path.of(file);
            if (Files.isRegularFile(path) && Files.size(path) <= MAX_SECRET_FILE_BYTES) {
                // A line break at the end of a key makes KIS refuse it (facts 2.1, EGW00105).
                String text = Files.readString(path).strip();
                if (!text.isEmpty()) {
                    return text;
                }
            }
        } catch (IOException | InvalidPathException e) {
            throw InvalidSetting.of(variable, file, "the path of a readable file with the value");
        }
        throw InvalidSetting.of(variable, file, "the path of a readable file with the value");
    }

    private static Map<String, String> endpointLimits(Map<String, String> environment) {
        Map<String, String> limits = new TreeMap<>();
        environment.forEach((name, text) -> {
            if (name.startsWith(ENDPOINT_LIMIT) && !isSetting(name) && !text.isBlank()) {
                limits.put(name, text.strip());
            }
        });
        return Map.copyOf(limits);
    }

    /** A sentence for each variable that is no setting and nearly has the name of one: a guard that is misspelt guards nothing. */
    public static List<String> misspelt(Map<String, String> environment) {
        List<String> names = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            names.add(setting.name());
            if (setting.secret()) {
                names.add(setting.name() + FILE);
            }
        }
        return environment.keySet().stream()
                .filter(name -> name.length() >= SHORTEST_JUDGED && !name.startsWith(ENDPOINT_LIMIT) && !names.contains(name)).sorted()
                .filter(name -> Spelling.nearest(name, names) != null)
                .map(name -> name + " is no setting" + Spelling.question(name, names)).toList();
    }

    private static boolean isSetting(String name) {
        for (Setting setting : Setting.values()) {
            if (setting.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** The same with other values of these. */
    public Settings with(Map<Setting, String> others) {
        Map<Setting, Object> changed = new EnumMap<>(values);
        others.forEach((setting, text) -> changed.put(setting, Objects.requireNonNull(setting.parse(text), setting::name)));
        return new Settings(changed, endpointLimits);
    }

    private void requireCredentials() {
        if (mode() == TradingMode.SIM) {
            return;
        }
        for (Setting setting : new Setting[] {Setting.KIS_APP_KEY, Setting.KIS_APP_SECRET, Setting.KIS_ACCOUNT_NO}) {
            if (!values.containsKey(setting)) {
                throw InvalidSetting.because(setting + " is missing; TRADING_MODE=" + mode() + " needs it: "
                        + setting.mayHold() + ", or " + setting + FILE + " with the path of a file that holds it");
            }
        }
    }

    public TradingMode mode() {
        return TradingMode.valueOf(text(Setting.TRADING_MODE));
    }

    public String text(Setting setting) {
        return (String) value(setting);
    }

    public Optional<String> optional(Setting setting) {
        return Optional.ofNullable((String) values.get(setting));
    }

    public int integer(Setting setting) {
        return Math.toIntExact((Long) value(setting));
    }

    public long longIntegerOr(Setting setting, long otherwise) {
        return (Long) values.getOrDefault(setting, otherwise);
    }

    public Duration duration(Setting setting) {
        return (Duration) value(setting);
    }

    /** How long a caller waits who says nothing: where KIS takes one call a second, a thousand days of an index are twenty. */
    public Duration usualWait() {
        Duration usual = (Duration) values.get(Setting.RATE_LIMIT_MAX_WAIT);
        if (usual != null) {
            return usual;
        }
        Duration byMode = Duration.ofSeconds(mode() == TradingMode.MOCK ? 30 : 5);
        Duration cap = duration(Setting.RATE_LIMIT_WAIT_CAP);
        return byMode.compareTo(cap) < 0 ? byMode : cap;
    }

    public boolean isOn(Setting setting) {
        return (Boolean) value(setting);
    }

    /** The same of a setting without a default. */
    public boolean isOnOr(Setting setting, BooleanSupplier otherwise) {
        Object value = values.get(setting);
        return value == null ? otherwise.getAsBoolean() : (Boolean) value;
    }

    /** The limits of single endpoints: variable name to its text, for example {@code RATE_LIMIT_TRADING_BUY}. */
    public Map<String, String> endpointLimits() {
        return endpointLimits;
    }

    /** The variable that holds the limit of an endpoint, its route's id in upper snake case. */
    public static String endpointLimitVariable(String routeId) {
        return ENDPOINT_LIMIT + routeId.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
    }

    private Object value(Setting setting) {
        return Objects.requireNonNull(values.get(setting), () -> setting + " is not set");
    }

    @Override
    public String toString() {
        return "Settings[" + mode() + "]";
    }
}
