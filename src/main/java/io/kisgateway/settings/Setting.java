package io.kisgateway.settings;

import static io.kisgateway.settings.Kind.bool;
import static io.kisgateway.settings.Kind.integer;
import static io.kisgateway.settings.Kind.matching;
import static io.kisgateway.settings.Kind.millis;
import static io.kisgateway.settings.Kind.oneOf;
import static io.kisgateway.settings.Kind.port;
import static io.kisgateway.settings.Kind.seconds;
import static io.kisgateway.settings.Kind.text;

import java.util.EnumSet;
import java.util.Set;

/**
 * The one table of settings. Each is an environment variable; the start-up checks, the defaults and the README's table
 * all come from here.
 */
public enum Setting {
    TRADING_MODE(oneOf("SIM", "MOCK", "REAL"), "SIM",
            "`SIM` embedded simulator, `MOCK` KIS virtual trading, `REAL` real money"),
    HOST(text("a host name or address"), "127.0.0.1", "where the gateway listens"),
    PORT(port(), "8080", "where the gateway listens"),
    MANAGEMENT_HOST(text("a host name or address"), "127.0.0.1", "where health, metrics and admin listen"),
    MANAGEMENT_PORT(port(), "9876", "where health, metrics and admin listen"),

    ALLOWED_HOSTS(
            matching(
                    "(\\*\\.)?[A-Za-z0-9._-]+(,\\s*(\\*\\.)?[A-Za-z0-9._-]+)*", "names like kis.example.com or *.example.com, with commas"),
            null,
            "further names that callers and browsers reach the gateway by; addresses, `localhost`, names without a dot and names of"
                    + " clusters and Cloud Run need no line"),
    CLIENTS_FILE(text("a file"), null,
            "YAML file that says who may call and what they may do, see docs/security.md; read again when it changes"),
    AUTH_ISSUERS(
            matching("https?://[^/?#@,\\s]+[^?#@,\\s]*(,\\s*https?://[^/?#@,\\s]+[^?#@,\\s]*)*", "https://issuer, several with commas"),
            null,
            "whose identity tokens are taken (OpenID Connect); with `AUTH_AUDIENCE`"),
    AUTH_AUDIENCE(matching("[^,\\s]+(,\\s*[^,\\s]+)*", "the audience of tokens, several with commas"), null,
            "what a token must be meant for, such as this gateway's own URL; with `AUTH_ISSUERS`"),
    AUTH_CA_FILE(text("a file"), null,
            "PEM file with the authority of an issuer's certificate, such as a cluster's own, beside those that Java knows"),
    AUTH_TOKEN_FILE(text("a file"), null,
            "this gateway's own identity token, shown to the issuer that made it when that is asked for its keys, and to nobody else"),
    AUTH(oneOf("NONE"), null, "`none` says that anybody who reaches the ports may call, beyond this machine as well"),
    METRICS_AUTH(bool(), "false", "whether `/metrics` needs the scope admin, where there are clients"),
    JOLOKIA(bool(), null, "whether JMX is offered over HTTP; unset: only while `MANAGEMENT_HOST` is this machine alone"),
    TRUSTED_PROXIES(matching("[0-9A-Fa-f.:/]+(,\\s*[0-9A-Fa-f.:/]+)*", "addresses or networks like 10.0.0.0/8, with commas"), null,
            "whose `X-Forwarded-For` is believed, so that callers behind them are told apart"),
    MAX_CONNECTIONS(integer(1, 100_000), "1000",
            "open connections of callers, three quarters of them at most of one address; further ones are closed"),
    MANAGEMENT_ORIGINS(matching("https?://[^/?#@,\\s]+(,\\s*https?://[^/?#@,\\s]+)*", "http(s)://host[:port], several with commas"), null,
            "origins of other pages that may steer the gateway, such as that of a Hawtio; the console needs none"),
    LOG_FORMAT(oneOf("TEXT", "JSON"), "TEXT", "`TEXT` for people, `JSON` one object a line with the names of Cloud Logging"),
    LOG_LEVEL(oneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR"), "INFO", "least severe log line that is written"),

    ALERT_WEBHOOK(matching("https?://[^/?#@\\s]+(/[^\\s{}|\\\\^`\"<>]*)?", "http(s)://host/path"), null,
            "address that gets JSON when something happens that somebody must know at once; also as `ALERT_WEBHOOK_FILE`"),
    ALERT_QUIET(seconds("0", "86400"), "900", "seconds for which the same thing is not told to `ALERT_WEBHOOK` again"),

    OTEL_ENABLED(bool(), "false", "whether spans go to OpenTelemetry"),
    OTEL_EXPORTER_OTLP_ENDPOINT(matching("https?://[^/?#@\\s]+/?", "http(s)://host[:port]"), "http://localhost:4318",
            "the collector, OTLP over HTTP"),

    KIS_APP_KEY(text("the app key"), null, "credential of KIS; also as `KIS_APP_KEY_FILE`"),
    KIS_APP_SECRET(text("the app secret"), null, "credential of KIS; also as `KIS_APP_SECRET_FILE`"),
    KIS_ACCOUNT_NO(matching("[0-9]{8}-[0-9]{2}", "an account like 12345678-01"), null,
            "the account that is traded; also as `KIS_ACCOUNT_NO_FILE`"),
    KIS_BASE_URL(matching("https?://[^/?#@\\s]+/?", "http(s)://host[:port]"), null, "another KIS host; by mode if unset"),
    KIS_PLAIN_HTTP(bool(), "false",
            "whether `KIS_BASE_URL` may be http and not on this machine: credentials and orders go in clear then"),
    KIS_WS_URL(matching("wss?://[^/?#@\\s]+(/[^?#@\\s]*)?", "ws(s)://host[:port]"), null,
            "another host of KIS's WebSocket; by mode if unset"),
    KIS_HTS_ID(matching("[A-Za-z0-9@_.-]{1,40}", "an HTS id"), null,
            "whose notices of orders (체결통보) KIS sends: an order in doubt is looked up at once, and `fills` can be listened to; also as `KIS_HTS_ID_FILE`"),
    REALTIME(bool(), "true", "whether realtime data is offered; KIS is connected with the first registration"),
    KIS_CONNECT_TIMEOUT_MS(millis("100", "60000"), "3000", "milliseconds to connect to KIS"),
    KIS_READ_TIMEOUT_MS(millis("100", "120000"), "10000", "milliseconds without a byte from KIS"),
    KIS_CALL_TIMEOUT_MS(millis("100", "300000"), "30000",
            "milliseconds that one call may spend at KIS, its pages, repeats and waits for the account's budget included"),
    KIS_CONNECTIONS(integer(1, 1000), "64", "calls to KIS at the same time"),

    REDIS_URL(matching("memory://|redis(s|-sentinel|s-sentinel|-cluster|s-cluster)?://\\S+",
            "memory://, redis://[user:password@]host[:port][/db], rediss://…, redis-sentinel://…, redis-cluster://…"), "memory://",
            "where limits, token and orders are shared; `memory://` keeps them in this process; also as `REDIS_URL_FILE`"),
    REDIS_PREFIX(matching("[A-Za-z0-9:._-]{1,64}", "1 to 64 letters, digits and :._-"), "kis-gateway:",
            "what every Redis key begins with"),
    REDIS_CA_FILE(text("a file"), null, "PEM file with the authority of Redis's certificate, if Java does not know it"),
    REDIS_REQUIRED(bool(), "false", "refuse calls with 503 while Redis is away, rather than limit by this instance's share"),
    GATEWAY_INSTANCES(integer(1, 1000), "3", "how many instances share the limits, for the time when Redis is away"),

    RATE_LIMIT(text("limits like 3 per second"), "3 per second",
            "of each endpoint; also `3/second`, `500/hour`, several with `;`"),
    RATE_LIMIT_KIS(text("limits like 3 per second"), null,
            "of each operation of KIS that clients of KIS call by themselves, each also by `RATE_LIMIT_KIS_<FAMILY>_<OPERATION>`; unset: as `RATE_LIMIT`"),
    RATE_LIMIT_MAX_WAIT(seconds("0", "300"), null,
            "seconds that a caller waits for its turn unless it says `Prefer: wait=N`; unset: 5, in MOCK 30"),
    RATE_LIMIT_WAIT_CAP(seconds("0", "300"), "30", "most seconds that a caller may ask to wait"),
    RATE_LIMIT_QUEUE_MAX(integer(1, 100000), "1000", "waiting callers of one endpoint and instance"),
    KIS_ACCOUNT_RATE(text("one limit like 15/second"), null,
            "calls to KIS over all endpoints and instances in any rolling second; unset: `15/second`, in MOCK `1/second`"),
    KIS_RATE_MARGIN_MS(millis("0", "500"), "30",
            "milliseconds by which the rolling second is kept longer, for calls that take different times to KIS"),
    COALESCE(bool(), "true", "whether identical queries that wait or run at the same time share one call to KIS"),

    CIRCUIT_BREAKER_FAIL_MAX(integer(1, 10000), "20", "consecutive failures of KIS that open the breaker"),
    CIRCUIT_BREAKER_TIMEOUT(seconds("0.1", "86400"), "60", "seconds until an open breaker lets one trial call through"),

    IDEMPOTENCY_REQUIRED(bool(), "false", "refuse buy, sell and cancel without an `Idempotency-Key`"),
    KIS_FRONT(bool(), null,
            "whether clients of KIS may use this gateway as if it were KIS; unset: in SIM, and where CLIENTS_FILE says who may call"),
    TRADING_HALTED(bool(), "false", "halt trading from the start, for all instances, until an operator resumes it"),
    MAX_ORDER_QUANTITY(integer(1, 999_999_999), null, "largest quantity of one order; no limit if unset"),
    MAX_ORDER_VALUE(integer(1, 1_000_000_000_000_000_000L), null,
            "largest value of one order in won, a market order valued at the upper limit price; no limit if unset"),
    ORDER_LISTING_GRACE(seconds("1", "600"), "30",
            "seconds after an order can last have reached KIS, before its absence from KIS's list means that KIS does not have it"),
    ORDER_UNRESOLVED_AFTER(seconds("0", "86400"), "300",
            "further seconds that KIS may leave open what became of an order, before it counts as unresolved"),

    REALTIME_LISTENERS(integer(1, 100_000), "500", "listeners of one instance over `/api/realtime`; each is one of `MAX_CONNECTIONS` too"),
    REALTIME_STREAM(matching("[A-Za-z0-9:._{}-]{1,100}", "the name of a Redis Stream"), null,
            "Redis Stream that records of subscribed codes are added to, see docs/realtime.md"),
    REALTIME_STREAM_MAXLEN(integer(1, 10_000_000), "100000", "entries that it keeps, about"),

    DATA_DIR(text("a folder"), "./data", "what must outlive a restart when there is no Redis"),
    ROUTES_DIR(text("a folder"), null, "folder with further `*.camel.yaml` routes, and their mappings"),
    ROUTES_TRUST(oneOf("SHIPPED", "ALL"), "SHIPPED", "`ALL` lets routes of that folder use what no shipped route needs: files, other hosts,"
            + " the environment, Java classes; such a route can do whatever the account can"),
    ROUTES_RELOAD(bool(), "false", "take over changes of that folder without a restart"),
    SHUTDOWN_TIMEOUT(seconds("0", "300"), "25", "seconds that running calls get to finish after SIGTERM"),

    SIM_PORT(port(), "0", "port of the embedded simulator"),
    SIM_FAULT_PORT(port(), "0", "port of the embedded simulator's fault switch"),
    SIM_STUBS(bool(), "false", "whether the embedded simulator answers every operation of KIS, those that it does not play with a stub"),
    SIM_STRICT(bool(), "false", "whether the embedded simulator refuses what KIS does not document though clients in use send it");

    private static final Set<Setting> SECRETS =
            EnumSet.of(KIS_APP_KEY, KIS_APP_SECRET, KIS_ACCOUNT_NO, KIS_HTS_ID, REDIS_URL, ALERT_WEBHOOK);

    private final Kind<?> kind;
    private final String defaultText;
    private final String meaning;

    Setting(Kind<?> kind, String defaultText, String meaning) {
        this.kind = kind;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** The default as one would write it, or null if there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** What it is for, as Markdown. */
    public String meaning() {
        return meaning;
    }

    /** Completes "… may hold". */
    public String mayHold() {
        return kind.mayHold();
    }

    /** Whether its value must be shown to nobody; such a setting can also be given as a file. */
    public boolean secret() {
        return SECRETS.contains(this);
    }

    Object parse(String text) {
        return kind.parse(text);
    }
}
