package io.kisgateway.stream;

import io.kisgateway.call.Client;
import io.kisgateway.call.Problem;
import io.kisgateway.call.ProblemCode;
import io.kisgateway.realtime.SessionState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What somebody asks to listen to, looked at before KIS is asked for anything. */
final class Wishes {

    static final int MOST = SessionState.MOST;

    private final Kinds kinds;
    private final Optional<String> htsId;

    /** @param htsId what KIS knows the account's own records by */
    Wishes(Kinds kinds, Optional<String> htsId) {
        this.kinds = kinds;
        this.htsId = htsId;
    }

    /**
     * Each code with each kind.
     *
     * @param client who asks, or null where anybody may
     * @param codes  may be null
     * @throws Problem if something of it is not right, is not offered or is not theirs to have
     */
    Set<Channel> channels(Client client, List<String> kindNames, List<String> codes) {
        List<Kind> wanted = new ArrayList<>();
        for (String name : kindNames) {
            Kind kind = kinds.kind(name).orElseThrow(
                    () -> Problem.invalid("kinds", "There is no kind " + name + "; there are: " + kinds.names()));
            wanted.add(kind);
        }
        Set<Channel> channels = new LinkedHashSet<>();
        boolean byCode = false;
        for (Kind kind : wanted) {
            if (kind.key() == KeyForm.ACCOUNT) {
                channels.add(new Channel(kind.name(), ""));
            } else {
                byCode = true;
                channels.addAll(byCode(kind, codes));
            }
        }
        wanted.forEach(kind -> allow(client, kind));
        if (!byCode && codes != null) {
            throw Problem.invalid("codes", "codes are of no use with " + String.join(", ", kindNames));
        }
        if (channels.size() > MOST) {
            throw Problem.invalid("codes", "codes times kinds are at most " + MOST + ", as KIS takes no more registrations; these are "
                    + channels.size());
        }
        return channels;
    }

    private static List<Channel> byCode(Kind kind, List<String> codes) {
        if (codes == null || codes.isEmpty()) {
            throw Problem.invalid("codes", "codes is missing; the kind " + kind.name() + " needs them, each a " + kind.key());
        }
        for (String code : codes) {
            if (!kind.key().fits(code)) {
                throw Problem.invalid("codes", code + " is no " + kind.key());
            }
        }
        return codes.stream().map(code -> new Channel(kind.name(), code)).toList();
    }

    private void allow(Client client, Kind kind) {
        if (client != null && !client.may(kind.scope())) {
            throw Problem.of(ProblemCode.FORBIDDEN,
                    "The client " + client.name() + " lacks the scope " + kind.scope() + ", which the kind " + kind.name() + " needs");
        }
        if (kind.trId() == null) {
            throw Problem.of(ProblemCode.NOT_OFFERED, "KIS offers no " + kind.name() + " records in virtual trading");
        }
        if (kind.key() == KeyForm.ACCOUNT && htsId.isEmpty()) {
            throw Problem.of(ProblemCode.NOT_OFFERED, "KIS tells the account's own records by its HTS id; set KIS_HTS_ID");
        }
    }

    /** Whether a listener may go on. @param now its client, null where anybody may */
    boolean stillAllowed(Client now, Set<Channel> channels) {
        return now == null || channels.stream().map(channel -> kinds.kind(channel.kind())).flatMap(Optional::stream)
                .allMatch(kind -> now.may(kind.scope()));
    }
}
