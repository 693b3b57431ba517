package io.kisgateway.runtime;

import io.kisgateway.redis.CaFile;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/** TLS that believes, beside the authorities that Java knows, those of a file. */
public final class TrustedAuthorities {

    private TrustedAuthorities() {}

    /**
     * @param file with one or several certificates in PEM
     * @throws IllegalArgumentException if the file cannot be used; the message completes the setting's name
     */
    public static SSLContext beside(Path file) {
        try {
            KeyStore store = CaFile.store(file);
            for (X509Certificate known : ((X509TrustManager) CaFile.trust(null).getTrustManagers()[0]).getAcceptedIssuers()) {
                store.setCertificateEntry(Integer.toString(store.size()), known);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, CaFile.trust(store).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
