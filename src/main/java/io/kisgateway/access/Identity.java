package io.kisgateway.access;

import java.time.Instant;
import java.util.Set;

/**
 * What a verified token says of its bearer.
 *
 * @param email null unless its issuer says that it has been verified
 * @param until when the token is good no more
 */
record Identity(String issuer, Set<String> audiences, String subject, String email, Instant until) {

    Identity {
        audiences = Set.copyOf(audiences);
    }

    /** What CLIENTS_FILE asks for; null means that any will do. */
    record Pattern(String issuer, String audience, String subject, String email) {

        boolean matches(Identity identity) {
            return (issuer == null || issuer.equals(identity.issuer)) && (audience == null || identity.audiences.contains(audience))
                    && (subject == null || subject.equals(identity.subject))
                    && (email == null || email.equalsIgnoreCase(identity.email));
        }
    }
}
