package io.kisgateway.testing;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.SecretKeyFactorySpi;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The hash of an account is slow on purpose, and each gateway makes it as it starts: of what all tests cost it was a seventh. Here
 * Java makes each once a process.
 */
public final class RememberedHashes implements BeforeAllCallback {

    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";

    @Override
    public void beforeAll(ExtensionContext context) {
        Security.insertProviderAt(new Remembering(), 1);
    }

    private static final class Remembering extends Provider {

        private static final long serialVersionUID = 1;

        Remembering() {
            super("RememberedHashes", "1", "what Java has made before");
            Pbkdf2 once = new Pbkdf2();
            putService(new Service(this, "SecretKeyFactory", ALGORITHM, Pbkdf2.class.getName(), null, null) {
                @Override
                public Object newInstance(Object parameter) {
                    return once;
                }
            });
        }
    }

    private static final class Pbkdf2 extends SecretKeyFactorySpi {

        private final Map<List<Object>, SecretKey> known = new ConcurrentHashMap<>();

        @Override
        protected SecretKey engineGenerateSecret(KeySpec spec) throws InvalidKeySpecException {
            if (!(spec instanceof PBEKeySpec asked)) {
                throw new InvalidKeySpecException(String.valueOf(spec));
            }
            return known
                    .computeIfAbsent(List.of(new String(asked.getPassword()), Arrays.toString(asked.getSalt()), asked.getIterationCount(),
                            asked.getKeyLength()), one -> make(asked));
        }

        private static SecretKey make(PBEKeySpec asked) {
            try {
                return SecretKeyFactory.getInstance(ALGORITHM, "SunJCE").generateSecret(asked);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected KeySpec engineGetKeySpec(SecretKey key, Class<?> keySpec) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SecretKey engineTranslateKey(SecretKey key) {
            throw new UnsupportedOperationException();
        }
    }
}
