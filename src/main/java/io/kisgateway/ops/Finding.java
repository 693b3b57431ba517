package io.kisgateway.ops;

import io.kisgateway.runtime.Members;
import java.util.Map;

/**
 * Something that is wrong now, and whose fault it is.
 *
 * @param cause  {@code kis}, {@code redis}, {@code limit}, {@code caller}, {@code token}, {@code order}, {@code operator}
 *               or {@code gateway}
 * @param level  {@code serious} when calls fail for it, else {@code notice}
 * @param code   what it is; the page has the sentence in its languages, with the values filled in
 */
record Finding(String cause, String level, String code, Map<String, Object> values) {

    static Finding serious(String cause, String code, Object... values) {
        return new Finding(cause, "serious", code, Members.of(values));
    }

    static Finding notice(String cause, String code, Object... values) {
        return new Finding(cause, "notice", code, Members.of(values));
    }
}
