package io.kisgateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate of 127.0.0.1 that nobody vouches for but itself, with its key; as key store and as PEM files. */
public final class TestCertificate {

    public static final String PASSWORD = "changeit";

    private final Path folder;
    private final KeyStore store;

    private TestCertificate(Path folder, KeyStore store) {
        this.folder = folder;
        this.store = store;
    }

    public static TestCertificate in(Path folder) throws Exception {
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=test", "-ext", "SAN=ip:127.0.0.1",
                "-ext", "BC=ca:true", "-storetype", "PKCS12", "-keystore", keys(folder).toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true).start();
        assertThat(keytool.waitFor()).as(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys(folder))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new TestCertificate(folder, store);
    }

    private static Path keys(Path folder) {
        return folder.resolve("keys.p12");
    }

    public Path keyStore() {
        return keys(folder);
    }

    public Path certificatePem() throws GeneralSecurityException, IOException {
        return pem("CERTIFICATE", store.getCertificate("test").getEncoded());
    }

    public Path keyPem() throws GeneralSecurityException, IOException {
        return pem("PRIVATE KEY", store.getKey("test", PASSWORD.toCharArray()).getEncoded());
    }

    private Path pem(String what, byte[] bytes) throws IOException {
        return Files.writeString(folder.resolve(what.replace(' ', '-') + ".pem"), "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n");
    }

    public SSLContext serverContext() throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
