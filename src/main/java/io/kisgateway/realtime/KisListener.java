package io.kisgateway.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kisgateway.call.Client;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.call.Scope;
import io.kisgateway.call.StreamClient;
import io.kisgateway.runtime.KoreanTime;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One connection of a client of KIS, which takes the gateway for KIS's WebSocket (facts 11.1). Used by its connection's event loop
 * only.
 */
final class KisListener implements RecordListener {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final DateTimeFormatter KST = DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(KoreanTime.KST);
    private static final Duration PINGPONG = Duration.ofSeconds(10);
    /** Without data for so long a client shall find out, and nobody trades on silence. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(30);
    private static final int ROUNDS_WITHOUT_KEY = 6;
    private static final int MOST_MESSAGES = 500;
    private static final short GOING_AWAY = 1001;
    private static final short POLICY = 1008;

    private static final RegistrationAnswer NO_JSON = new RegistrationAnswer("9", "OPSP9999", "JSON PARSING ERROR");
    private static final RegistrationAnswer WRONG_KEY = new RegistrationAnswer("9", "OPSP0011", "invalid approval : NOT FOUND");
    private static final RegistrationAnswer WRONG_TR = new RegistrationAnswer("9", "OPSP8991", "INVALID tr_id");
    private static final RegistrationAnswer WRONG_TR_KEY = new RegistrationAnswer("9", "OPSP8992", "INVALID tr_key");
    private static final RegistrationAnswer WRONG_TYPE = new RegistrationAnswer("9", "OPSP8993", "INVALID tr_type");
    private static final RegistrationAnswer NOT_ALLOWED = new RegistrationAnswer("9", "EGW00206", "API 사용 권한이 없습니다.");

    private final ServerWebSocket socket;
    private final Vertx vertx;
    private final Context context;
    private final Channel channel;
    private final RecordHub hub;
    private final Function<String, Optional<StreamClient>> visitors;
    private final RefusalListener refusals;
    private final InstantSource clock;
    private final NoticeKey own;
    private final Set<Scope> used = EnumSet.noneOf(Scope.class);
    private StreamClient visitor;
    private String approvalKey;
    private Subscription subscription;
    private long pingpong;
    private long gapTimer = -1;
    private int rounds;
    private int messages;

    /**
     * @param context  and {@code channel} of the connection
     * @param visitors whose an approval key is
     * @param refusals does not block
     * @param own      with which notices of orders are encrypted for this connection
     */
    KisListener(ServerWebSocket socket, Context context, Channel channel, RecordHub hub,
            Function<String, Optional<StreamClient>> visitors, RefusalListener refusals, InstantSource clock, NoticeKey own) {
        this.socket = socket;
        this.vertx = context.owner();
        this.context = context;
        this.channel = channel;
        this.hub = hub;
        this.visitors = visitors;
        this.refusals = refusals;
        this.clock = clock;
        this.own = own;
    }

    void begin() {
        socket.textMessageHandler(this::message);
        socket.binaryMessageHandler(bytes -> message(bytes.toString()));
        socket.closeHandler(ignored -> end());
        pingpong = vertx.setPeriodic(PINGPONG.toMillis(), ignored -> round());
    }

    private void end() {
        vertx.cancelTimer(pingpong);
        vertx.cancelTimer(gapTimer);
        if (subscription != null) {
            subscription.close();
        }
    }

    /** An echo in any spelling will do, or none: clients in use do all three (facts 11.1). */
    private void round() {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            // Who does not read the answers is not answered for ever.
            messages = 0;
        }
        if (subscription == null && ++rounds >= ROUNDS_WITHOUT_KEY) {
            close(POLICY, "No registration has come");
        } else if (subscription != null && visitors.apply(approvalKey).filter(this::mayGoOn).isEmpty()) {
            close(POLICY, "The approval key is not valid any more");
        } else {
            write("{\"header\":{\"tr_id\":\"PINGPONG\",\"datetime\":\"" + KST.format(clock.instant()) + "\"}}");
        }
    }

    private boolean mayGoOn(StreamClient now) {
        return now.client() == null || now.client().scopes().containsAll(used);
    }

    private void close(short code, String reason) {
        if (!socket.isClosed()) {
            var unused = socket.close(code, reason);
        }
    }

    private void write(String text) {
        if (!socket.isClosed()) {
            var unused = socket.writeTextMessage(text);
        }
    }

    private void message(String text) {
        if (++messages > MOST_MESSAGES) {
            close(POLICY, "Too many messages");
            return;
        }
        JsonNode tree;
        try {
            tree = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            answer("(null)", "", NO_JSON);
            return;
        }
        JsonNode header = tree == null ? JSON.missingNode() : tree.path("header");
        if (!header.path("tr_id").asText().equals("PINGPONG")) {
            JsonNode input = tree == null ? JSON.missingNode() : tree.path("body").path("input");
            register(header, input.path("tr_id").asText().strip(), input.path("tr_key").asText().strip());
        }
    }

    private void register(JsonNode header, String trId, String trKey) {
        RegistrationAnswer refusal = refusal(header, trId, trKey);
        if (refusal != null) {
            answer(Registration.isTrId(trId) ? trId : "(null)", Registration.isTrKey(trKey) ? trKey : "", refusal);
            return;
        }
        Registration registration = new Registration(trId, trKey);
        boolean on = header.path("tr_type").asText().strip().equals("1");
        CompletionStage<RegistrationAnswer> said = on ? subscription.add(registration) : subscription.remove(registration);
        said.thenAccept(answer -> {
            // In the listener's turn no record may come before it.
            if (Vertx.currentContext() == context) {
                answer(trId, trKey, answer);
            } else {
                context.runOnContext(ignored -> answer(trId, trKey, answer));
            }
        });
    }

    private RegistrationAnswer refusal(JsonNode header, String trId, String trKey) {
        String key = header.path("approval_key").asText().strip();
        Optional<StreamClient> known = visitors.apply(key);
        if (known.isEmpty() || visitor != null && !visitor.name().equals(known.get().name())) {
            refused(null, trId, ProblemCode.UNAUTHENTICATED, "No approval key of this connection's client");
            return WRONG_KEY;
        }
        String type = header.path("tr_type").asText().strip();
        if (!type.equals("1") && !type.equals("2")) {
            return WRONG_TYPE;
        }
        if (!Registration.isTrId(trId)) {
            return WRONG_TR;
        }
        if (!Registration.isTrKey(trKey)) {
            return WRONG_TR_KEY;
        }
        Scope scope = Registration.isNotice(trId) ? Scope.ACCOUNT_READ : Scope.MARKET_READ;
        if (known.get().client() != null && !known.get().client().may(scope)) {
            refused(known.get().client(), trId, ProblemCode.FORBIDDEN, "It lacks the scope " + scope);
            return NOT_ALLOWED;
        }
        visitor = known.get();
        used.add(scope);
        approvalKey = key;
        if (subscription == null) {
            subscription = hub.open(visitor.name(), this, task -> context.runOnContext(ignored -> task.run()));
        }
        return null;
    }

    private void refused(Client client, String trId, ProblemCode code, String detail) {
        refusals.refused(socket, client, "WebSocket of KIS" + (Registration.isTrId(trId) ? " " + trId : ""), Problem.of(code, detail));
    }

    /** Every answer of success names the connection's key: some clients keep the last they have seen (facts 11.1). */
    private void answer(String trId, String trKey, RegistrationAnswer said) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        reply.putObject("header").put("tr_id", trId).put("tr_key", trKey).put("encrypt", Registration.isNotice(trId) ? "Y" : "N");
        ObjectNode body = reply.putObject("body").put("rt_cd", said.rtCd()).put("msg_cd", said.msgCd()).put("msg1", said.msg1());
        if (said.accepted()) {
            body.putObject("output").put("iv", own.iv()).put("key", own.key());
        }
        write(reply.toString());
    }

    /** Past Vert.x, which would make each frame anew and send each by itself. */
    @Override
    public void onRecords(List<MarketRecord> records) {
        if (socket.isClosed()) {
            return;
        }
        ByteBuf frames = channel.alloc().ioBuffer();
        records.forEach(one -> frames.writeBytes(one.frame(own)));
        var unused = channel.writeAndFlush(frames);
        if (socket.writeQueueFull()) {
            subscription.pause();
            socket.drainHandler(ignored -> subscription.resume());
        }
    }

    @Override
    public void onGap(Gap gap) {
        vertx.cancelTimer(gapTimer);
        gapTimer = -1;
        if (gap.until().isEmpty() && !gap.partial()) {
            long left = LONGEST_GAP.minus(Duration.between(gap.from(), clock.instant())).toMillis();
            gapTimer = vertx.setTimer(Math.max(1, left), ignored -> close(GOING_AWAY, "No data from KIS for 30 s"));
        }
    }

    @Override
    public void onLost(Registration registration, String reason) {
        close(POLICY, reason);
    }

    @Override
    public void onDropped(String reason) {
        close(reason.startsWith("This instance") ? GOING_AWAY : POLICY, reason);
    }
}
