package io.sexton.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The security settings of a broker. Clients authenticate by SASL/SCRAM over TLS, and Kafka's
 * {@code StandardAuthorizer} permits only what an ACL grants. Brokers and controllers authenticate to each other by the
 * certificate.
 *
 * @param keyStore a PKCS12 file with the broker's key and certificate, which is valid for 127.0.0.1
 * @param trustStore a PKCS12 file with the certificate
 * @param storePassword password of both files
 * @param certificatePrincipal the subject of the certificate, such as {@code CN=broker}
 * @param passwords passwords of the users that the cluster is formatted with, by user name
 * @param superUsers users to whom the authorizer permits every operation
 */
public record BrokerSecurity(
        Path keyStore,
        Path trustStore,
        String storePassword,
        String certificatePrincipal,
        Map<String, String> passwords,
        Set<String> superUsers) {

    /** The listener of brokers, in addition to that of clients. */
    static final String BROKERS = "BROKERS";

    private static final String MECHANISM = "SCRAM-SHA-256";
    private static final String CLIENTS = "listener.name.clients.";

    /** Copies the users. */
    public BrokerSecurity {
        passwords = Map.copyOf(passwords);
        superUsers = Set.copyOf(superUsers);
    }

    /** Returns the settings with which a client connects as a user. */
    public Map<String, String> client(String user) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("security.protocol", "SASL_SSL");
        settings.put("sasl.mechanism", MECHANISM);
        settings.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + passwords.get(user) + "\";");
        settings.put("ssl.truststore.type", "PKCS12");
        settings.put("ssl.truststore.location", trustStore.toString());
        settings.put("ssl.truststore.password", storePassword);
        return settings;
    }

    /** Returns the settings that override those of a broker without security. */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                "listener.security.protocol.map",
                BrokerSettings.CLIENTS + ":SASL_SSL," + BROKERS + ":SSL," + BrokerSettings.CONTROLLERS + ":SSL");
        settings.put("inter.broker.listener.name", BROKERS);
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", keyStore.toString());
        settings.put("ssl.keystore.password", storePassword);
        settings.put("ssl.key.password", storePassword);
        settings.put("ssl.truststore.type", "PKCS12");
        settings.put("ssl.truststore.location", trustStore.toString());
        settings.put("ssl.truststore.password", storePassword);
        settings.put("ssl.client.auth", "required");
        settings.put(CLIENTS + "ssl.client.auth", "none");
        settings.put(CLIENTS + "sasl.enabled.mechanisms", MECHANISM);
        settings.put(
                CLIENTS + "scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("allow.everyone.if.no.acl.found", "false");
        Set<String> principals = new TreeSet<>(superUsers);
        principals.add(certificatePrincipal);
        settings.put(
                "super.users", principals.stream().map(name -> "User:" + name).collect(Collectors.joining(";")));
        return settings;
    }

    /** Returns the users in the format of Kafka's formatter. */
    List<String> scramArguments() {
        return new TreeMap<>(passwords)
                .entrySet().stream()
                        .map(user -> MECHANISM + "=[name=" + user.getKey() + ",password=" + user.getValue() + "]")
                        .toList();
    }
}
