package io.kisgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kisgateway.testing.Http;
import io.kisgateway.testing.Rig;
import io.kisgateway.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An issuer as Kubernetes' API server is one: a certificate of the cluster's own, and keys only for who shows a token of the cluster. */
class ClusterIssuerTest {

    private static final String POD = "system:serviceaccount:trading:scout";
    @TempDir
    private Path folder;

    private static Http.Reply ask(Rig rig, String token) {
        return rig.http().post("/api/market-data/snapshot", "{\"stock_code\":\"005930\"}", "Authorization", "Bearer " + token);
    }

    private static String pod(Issuer issuer) {
        return issuer.token(claims -> claims.subject(POD).audience("kis-gateway"));
    }

    @Test
    void isAskedWithTheClustersAuthorityAndTheGatewaysOwnToken() throws Exception {
        TestCertificate certificate = TestCertificate.in(folder);
        try (Issuer cluster = new Issuer(certificate.serverContext()); Issuer other = Issuer.other()) {
            String own = cluster.token(claims -> claims.subject("system:serviceaccount:trading:gateway").audience("api-server"));
            cluster.want(own);
            Path token = Files.writeString(folder.resolve("token"), own + "\n");
            TestClients clients = new TestClients().raw("  - name: pod\n    identity:\n      - {issuer: \"" + cluster.url()
                    + "\", subject: \""
                    + POD + "\"}\n      - {issuer: \"" + other.url() + "\", subject: \"" + POD + "\"}\n    may: [\"market:read\"]\n");
            String[] settings = {"CLIENTS_FILE", clients.write().toString(), "AUTH_ISSUERS", cluster.url() + ", " + other.url(),
                "AUTH_AUDIENCE", "kis-gateway", "AUTH_CA_FILE", certificate.certificatePem().toString(), "AUTH_TOKEN_FILE",
                token.toString()};
            try (Rig rig = Rig.unlimited(settings)) {
                assertThat(ask(rig, pod(cluster)).status()).isEqualTo(200);
                assertThat(ask(rig, pod(other)).status()).isEqualTo(200);
                assertThat(cluster.shownTokens()).hasSize(2).containsOnly("Bearer " + own);
                assertThat(other.shownTokens()).as("the key to the cluster").hasSize(2).containsOnly("null");
                // The gateway's own token is for the cluster, not for itself.
                assertThat(ask(rig, own).status()).isEqualTo(401);
            }
        }
    }

    @Test
    void withoutThemItsTokensCannotBeChecked() throws Exception {
        TestCertificate certificate = TestCertificate.in(folder);
        try (Issuer cluster = new Issuer(certificate.serverContext())) {
            TestClients clients =
                    new TestClients().raw("  - name: pod\n    identity: {subject: \"" + POD + "\"}\n    may: [\"market:read\"]\n");
            try (Rig rig = Rig.unlimited("CLIENTS_FILE", clients.write().toString(), "AUTH_ISSUERS", cluster.url(), "AUTH_AUDIENCE",
                    "kis-gateway")) {
                assertThat(ask(rig, pod(cluster)).code()).isEqualTo("IDENTITY_UNAVAILABLE");
            }
        }
        assertThatThrownBy(() -> Rig.unlimited("AUTH_ISSUERS", "https://issuer.example", "AUTH_AUDIENCE", "a", "AUTH_CA_FILE",
                folder.resolve("none.pem").toString())).hasMessageContaining("AUTH_CA_FILE names a file that cannot be read");
    }
}
