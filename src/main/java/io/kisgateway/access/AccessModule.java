package io.kisgateway.access;

import io.kisgateway.call.Client;
import io.kisgateway.runtime.GatewayModule;
import io.kisgateway.runtime.Runtime;
import io.kisgateway.runtime.Threads;
import io.kisgateway.settings.InvalidSetting;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.http.ServerWebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may call, and what every request is asked before anybody looks at what it wants. */
public final class AccessModule implements GatewayModule {

    private static final Logger LOG = LoggerFactory.getLogger(AccessModule.class);
    private static final int OPERATORS = 200;
    private static final int VERIFIERS = 2;
    private static final int MOST_UNVERIFIED = 500;
    private static final int IDLE_SECONDS = 30;

    private final AccessSettings settings;
    private final SafeHeaders headers;
    private final PortGuard publicGuard;
    private final Refusals refusals = new Refusals();
    private final Proxies proxies;
    private final ClientsWatch watch;
    private final ThreadPoolExecutor verifiers;
    private final Admission admission;
    private final Clock clock;
    private final LongSupplier nanoTime;

    /** @throws InvalidSetting if the clients file cannot be used */
    public AccessModule(AccessSettings settings, Runtime runtime) {
        this.settings = settings;
        this.clock = runtime.clock();
        this.proxies = new Proxies(settings.proxies());
        this.headers = new SafeHeaders(settings.simulated());
        this.nanoTime = runtime.nanoTime();
        this.publicGuard = guard(settings.maxConnections());
        this.watch = settings.clients().map(file -> watch(settings)).orElse(null);
        this.verifiers =
                new ThreadPoolExecutor(VERIFIERS, VERIFIERS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_UNVERIFIED),
                        Threads.daemon("identity"));
        verifiers.allowCoreThreadTimeOut(true);
        IdentityTokens tokens = settings.issuers().isEmpty() ? null : new IdentityTokens(settings.issuers().stream()
                .collect(Collectors.toMap(Function.identity(),
                        issuer -> new IssuerKeys(issuer, settings.authorities().orElse(null), settings.token().orElse(null)))),
                settings.audience(), runtime.clock());
        boolean open = watch == null && tokens == null;
        this.admission = new Admission(open ? null : watch == null ? () -> Clients.NONE : watch::clients, tokens, verifiers,
                new WrongKeys(runtime.nanoTime()), refusals, runtime.clock());
        settings.warning().ifPresent(LOG::warn);
    }

    private static ClientsWatch watch(AccessSettings settings) {
        try {
            return new ClientsWatch(settings.clients().orElseThrow(), settings.issuers());
        } catch (InvalidClients e) {
            throw InvalidSetting.because("CLIENTS_FILE cannot be used: " + e.getMessage());
        }
    }

    /** Of the callers' port. */
    public PortPolicy publicPort() {
        return new PortPolicy(publicGuard, new RequestScreen(settings.own(), settings.hosts(), List.of(), Set.of("/", "/docs")), admission,
                proxies, refusals);
    }

    /** Of the operators' port. */
    public PortPolicy managementPort() {
        return new PortPolicy(guard(OPERATORS), new RequestScreen(settings.own(), settings.hosts(), settings.origins(),
                Set.of("/", "/console", "/console/", "/routes")), admission, proxies, refusals);
    }

    /** Whether only clients may call. */
    public boolean isRestricted() {
        return !admission.isOpen();
    }

    /** The client of this name, as of now. */
    public Optional<Client> client(String name) {
        return watch == null ? Optional.empty() : Optional.ofNullable(watch.clients().byName().get(name));
    }

    /** Whose key this is, if it is one and valid now. */
    public Optional<Client> ownerOf(String key) {
        return watch == null ? Optional.empty() : watch.clients().ofKey(key).map(found -> found.key().sha256()).flatMap(this::ownerOfHash);
    }

    /** The same by the key's SHA-256 in hex. */
    public Optional<Client> ownerOfHash(String sha256) {
        return watch == null ? Optional.empty() : watch.clients().owner(sha256, clock.instant());
    }

    /** Of all keys, valid or not; the same set until there are others. */
    public Set<String> hashes() {
        return watch == null ? Set.of() : watch.clients().byKey().keySet();
    }

    /** Somebody at this address has shown a wrong key in a form of its own. @return how long it must wait before the next one, or zero */
    public Duration wrongKey(String address) {
        return admission.wrong(address, Refusals.Reason.WRONG_KEY);
    }

    /** From where a WebSocket comes. */
    public String address(ServerWebSocket socket) {
        return proxies.address(socket.remoteAddress(), socket.headers());
    }

    /** {@code clients}, or {@code none} where anybody may call. */
    public String mode() {
        return admission.isOpen() ? "none" : "clients";
    }

    public MeterBinder meters() {
        return registry -> {
            Gauge.builder("kis.gateway.connections", publicGuard, PortGuard::connections)
                    .description("Open connections of callers").register(registry);
            Gauge.builder("kis.gateway.auth", () -> 1).description("Always 1; its label says whether callers need a key")
                    .tag("mode", mode()).register(registry);
            refusals.bindTo(registry);
        };
    }

    private PortGuard guard(int maxConnections) {
        return new PortGuard(headers, maxConnections, proxies::isTrusted, () -> UUID.randomUUID().toString(), nanoTime);
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        verifiers.shutdownNow();
    }
}
