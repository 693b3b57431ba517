package io.kisgateway.redis;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisTimeoutException;

/** Why what is behind a connection, or a file, fails: in few words for operators: messages may hold what was sent, names of classes say nothing. */
public final class Reason {

    /** Redis's first word; where that is ERR, what it says without what was sent. */
    static final Pattern SERVER_ERROR =
            Pattern.compile("\\b(?:NOPERM|NOAUTH|WRONGPASS|DENIED|READONLY|OOM|MOVED|MISCONF|CLUSTERDOWN|MASTERDOWN|"
                    + "LOADING|CROSSSLOT|NOREPLICAS|BUSY|WRONGTYPE|max number of clients reached|(?:invalid DB|DB) index(?: is out of range)?|"
                    + "without any password configured|unknown command|cluster support disabled)\\b");
    /** So a Redis before 7.2 calls a missing right within a script. */
    private static final String RIGHT_IN_SCRIPT = "The user executing the script can't run this command";

    private static final int MOST_CAUSES = 20;
    /** What tells most comes first. */
    private static final List<Class<?>> KINDS = List.of(FileSystemException.class, UnknownHostException.class,
            UnresolvedAddressException.class,
            NoRouteToHostException.class, GeneralSecurityException.class, SSLException.class, ConnectException.class,
            TimeoutException.class, HttpTimeoutException.class, InterruptedIOException.class, IOException.class, RedisException.class);

    private Reason() {}

    /** A few words without a full stop, such as {@code connection refused}, or Redis's own first word. */
    public static String of(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Throwable root = causes.get(0);
        String refusal = refusal(causes);
        if (!refusal.isEmpty()) {
            return refusal;
        }
        // Clients wrap: what Java's own calls a refused connection is a closed channel at its root.
        return KINDS.stream().flatMap(kind -> causes.stream().filter(kind::isInstance)).findFirst()
                .map(Reason::words).orElseGet(() -> "unexpected: " + root.getClass().getSimpleName());
    }

    /** Whether Redis is there and says no. */
    public static boolean isRefusal(Throwable failure) {
        return !refusal(causes(failure)).isEmpty();
    }

    /** What lies deepest first: what wraps it repeats its words. */
    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes =
                new ArrayList<>(Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MOST_CAUSES).toList());
        Collections.reverse(causes);
        return causes;
    }

    private static String refusal(List<Throwable> causes) {
        return causes.stream().filter(RedisException.class::isInstance).map(Reason::refusal).filter(word -> !word.isEmpty()).findFirst()
                .orElse("");
    }

    private static String refusal(Throwable fault) {
        String message = Objects.requireNonNullElse(fault.getMessage(), "");
        Matcher word = SERVER_ERROR.matcher(message);
        if (word.find()) {
            return word.group();
        }
        return switch (fault.getClass().getSimpleName()) {
            case "RedisMovedException" -> "MOVED";
            case "RedisOutOfMemoryException" -> "OOM";
            case "RedisReadonlyException" -> "READONLY";
            case "RedisAuthRequiredException" -> "NOAUTH";
            case "RedisWrongPasswordException" -> "WRONGPASS";
            default -> message.contains(RIGHT_IN_SCRIPT) ? "NOPERM" : "";
        };
    }

    private static String words(Throwable fault) {
        String message = Objects.requireNonNullElse(fault.getMessage(), "");
        if (fault instanceof FileSystemException) {
            return file(fault) + ": " + message;
        }
        if (fault instanceof UnknownHostException || fault instanceof UnresolvedAddressException) {
            return "unknown host name";
        }
        if (fault instanceof NoRouteToHostException) {
            return "no route to the host";
        }
        if (fault instanceof GeneralSecurityException) {
            return "its certificate is not accepted: " + message;
        }
        if (fault instanceof SSLException) {
            return "TLS: " + message;
        }
        if (isConnectTimeout(fault)) {
            return "connecting took too long";
        }
        if (fault instanceof ConnectException) {
            return "connection refused";
        }
        if (fault instanceof RedisException) {
            return fault instanceof RedisTimeoutException ? "no answer in time"
                    : fault instanceof RedisConnectionException ? "no connection" : "an error of Redis";
        }
        if (fault.getClass() == IOException.class && !message.isEmpty()) {
            return message;
        }
        return fault instanceof TimeoutException || fault instanceof InterruptedIOException || fault instanceof HttpTimeoutException
                ? "no answer in time" : "connection closed";
    }

    private static String file(Throwable fault) {
        return fault instanceof AccessDeniedException ? "permission denied"
                : fault instanceof NoSuchFileException ? "no such file"
                : fault instanceof FileAlreadyExistsException ? "a file where a folder should be"
                : "the file system refuses it";
    }

    private static boolean isConnectTimeout(Throwable fault) {
        return fault.getClass().getSimpleName().contains("ConnectTimeout")
                || fault instanceof ConnectException && String.valueOf(fault.getMessage()).contains("timed out");
    }
}
