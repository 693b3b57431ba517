package io.kisgateway.redis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of authorities, as managed Redis services and clusters hand them out: one or several in a PEM file. */
public final class CaFile {

    private CaFile() {}

    static TrustManagerFactory read(Path file) {
        return trust(store(file));
    }

    /** @param authorities null for those that Java knows */
    public static TrustManagerFactory trust(KeyStore authorities) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws IllegalArgumentException if the file cannot be read or holds no certificate; the message completes a setting's name */
    public static KeyStore store(Path file) {
        try {
            Collection<? extends Certificate> authorities = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (authorities.isEmpty()) {
                throw new IllegalArgumentException("names a file without a certificate");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate authority : authorities) {
                store.setCertificateEntry(Integer.toString(store.size()), authority);
            }
            return store;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("names a file that does not hold certificates in PEM");
        } catch (IOException e) {
            throw new IllegalArgumentException("names a file that cannot be read");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
