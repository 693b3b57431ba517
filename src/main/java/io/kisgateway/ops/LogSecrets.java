package io.kisgateway.ops;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides what is a secret by its kind: keys of clients, tokens, what stands beside the name of a secret or an account, a URL's query and
 * user. Libraries log requests in full, and a secret may come where it does not belong.
 */
final class LogSecrets {

    private static final String HIDDEN = "…";
    private static final int LONGEST_URL = 2000;
    private static final String KEYS = "kisgw_";
    /** A JSON member may be quoted in a text itself. */
    private static final String QUOTE = "(?:\\\\?[\"'])";
    private static final Pattern KEY = Pattern.compile(KEYS + "[A-Za-z0-9_-]+");
    private static final Pattern TOKEN = Pattern.compile("\\beyJ[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_-]*)*");
    private static final Pattern SCHEME = Pattern.compile("(?i)(\\b(?:bearer|basic)\\s+)(?=\\S*[0-9])\\S{6,}");
    private static final Pattern USER = Pattern.compile("://[^\\s/@\"'<>]+(?=@)");
    private static final Pattern NAMED = Pattern.compile("(?i)((?<![A-Za-z0-9_])"
            + "(?:(?:authorization|appkey|appsecret|secretkey|approval_key|access_token|cano)" + QUOTE + "?\\s*[:=]"
            + "|(?:token|password)(?:" + QUOTE + "\\s*:|" + QUOTE + "?=))\\s*\\[?" + QUOTE + "?)"
            + "(?:(?:Bearer|Basic)\\s+)?[^\\s\"'\\\\,;&}\\]]+");
    private static final Pattern QUERY = Pattern.compile("\\?[^\\s?]\\S*");
    /** What routes are written in, before anything of a path: they name members, and hold no values. */
    private static final Pattern OWN =
            Pattern.compile("^[^/]*(?<![A-Za-z0-9.-])(?:platform-http|request|order|kis|kept|reply|realtime|direct):");

    private LogSecrets() {}

    /** What cannot be in a text is not searched for: each request has a line. */
    static String hide(String text) {
        String shown = text.contains(KEYS) ? KEY.matcher(text).replaceAll(KEYS + HIDDEN) : text;
        if (shown.contains("eyJ")) {
            shown = TOKEN.matcher(shown).replaceAll(HIDDEN);
        }
        if (shown.contains("earer") || shown.contains("asic") || shown.contains("EARER") || shown.contains("ASIC")) {
            shown = SCHEME.matcher(shown).replaceAll("$1" + HIDDEN);
        }
        if (shown.indexOf('@') >= 0) {
            shown = USER.matcher(shown).replaceAll("://" + HIDDEN);
        }
        if (shown.indexOf(':') >= 0 || shown.indexOf('=') >= 0) {
            shown = NAMED.matcher(shown).replaceAll("$1" + HIDDEN);
        }
        return shown.indexOf('?') < 0 ? shown : withoutQueries(shown);
    }

    private static String withoutQueries(String text) {
        return QUERY.matcher(text).replaceAll(query -> {
            String before = before(text, query.start());
            boolean url = before.indexOf('/') >= 0 || query.group().indexOf('=') >= 0;
            return Matcher.quoteReplacement(url && !OWN.matcher(before).find() ? "?" + HIDDEN : query.group());
        });
    }

    /** The word up to there, or as much of it as a URL may be. */
    private static String before(String text, int end) {
        int from = end;
        while (from > 0 && end - from < LONGEST_URL && !Character.isWhitespace(text.charAt(from - 1))) {
            from--;
        }
        return text.substring(from, end);
    }
}
