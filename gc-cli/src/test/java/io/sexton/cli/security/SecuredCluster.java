package io.sexton.cli.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.broker.BrokerSecurity;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.cli.Sexton;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A broker whose clients authenticate by SCRAM over TLS and may do what `sexton acls` grants them, and nothing else. */
final class SecuredCluster implements AutoCloseable {

    private static final String PASSWORD = "changed-it";

    private final Path directory;
    private final BrokerSecurity security;
    private final EmbeddedBroker broker;
    private final Admin admin;

    private SecuredCluster(Path directory, BrokerSecurity security, EmbeddedBroker broker) {
        this.directory = directory;
        this.security = security;
        this.broker = broker;
        this.admin = Admin.create(new HashMap<>(client("admin")));
    }

    /** @param users without any permission so far; besides, there is `admin` with all permissions */
    static SecuredCluster start(Path directory, Set<String> users) throws Exception {
        Path keys = directory.resolve("keys.p12");
        Path trusted = directory.resolve("trusted.p12");
        makeKeys(keys, trusted);
        Map<String, String> passwords =
                users.stream().collect(Collectors.toMap(user -> user, user -> user + "-secret"));
        passwords.put("admin", "admin-secret");
        BrokerSecurity security = new BrokerSecurity(keys, trusted, PASSWORD, "CN=broker", passwords, Set.of("admin"));
        return new SecuredCluster(directory, security, EmbeddedBroker.startTemporary(security));
    }

    private static void makeKeys(Path keys, Path trusted) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-dname",
                        "CN=broker",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-keyalg",
                        "EC",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String printed = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(printed).isZero();
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            own.load(in, PASSWORD.toCharArray());
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, PASSWORD.toCharArray());
        certificates.setCertificateEntry("broker", own.getCertificate("broker"));
        try (OutputStream out = Files.newOutputStream(trusted)) {
            certificates.store(out, PASSWORD.toCharArray());
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Returns the client configuration of a user, without the brokers' addresses. */
    Map<String, String> security(String user) {
        return security.client(user);
    }

    Map<String, Object> client(String user) {
        Map<String, Object> client = new HashMap<>(security.client(user));
        client.put("bootstrap.servers", broker.bootstrapServers());
        return client;
    }

    /** Returns the same as a file for `--command-config`. */
    String commandConfig(String user) throws Exception {
        Path file = directory.resolve(user + ".properties");
        java.util.Properties properties = new java.util.Properties();
        properties.putAll(security.client(user));
        try (var writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        return file.toString();
    }

    /** Returns the ACLs that the command prints for these arguments. */
    List<AclBinding> printed(String... arguments) {
        List<String> all = new ArrayList<>(List.of("acls", "--bootstrap-server", bootstrapServers()));
        all.addAll(List.of(arguments));
        Sexton.Run run = Sexton.run(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.outLines().stream()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> bindings(line).stream())
                .toList();
    }

    /** Returns the ACLs that Kafka's own tool makes of a command line of this form. */
    private static List<AclBinding> bindings(String line) {
        List<String> words = List.of(line.split(" "));
        assertThat(words.get(0)).isEqualTo("kafka-acls.sh");
        String principal = "";
        ResourceType resource = ResourceType.UNKNOWN;
        String name = "";
        PatternType pattern = PatternType.UNKNOWN;
        List<AclOperation> operations = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "--add" -> {}
                case "--bootstrap-server" -> i++;
                case "--allow-principal" -> principal = words.get(++i);
                case "--operation" ->
                    operations.add(org.apache.kafka.common.utils.SecurityUtils.operation(words.get(++i)));
                case "--topic", "--group", "--transactional-id" -> {
                    resource = org.apache.kafka.common.utils.SecurityUtils.resourceType(
                            switch (words.get(i)) {
                                case "--topic" -> "Topic";
                                case "--group" -> "Group";
                                default -> "TransactionalId";
                            });
                    name = words.get(++i);
                }
                case "--resource-pattern-type" ->
                    pattern = PatternType.fromString(words.get(++i).toUpperCase(java.util.Locale.ROOT));
                default -> throw new AssertionError(words.get(i) + " is no option: " + line);
            }
        }
        ResourcePattern on = new ResourcePattern(resource, name, pattern);
        String who = principal;
        return operations.stream()
                .map(operation ->
                        new AclBinding(on, new AccessControlEntry(who, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }

    void grant(List<AclBinding> bindings) throws Exception {
        admin.createAcls(bindings).all().get();
    }

    void takeAway(AclBinding binding) throws Exception {
        assertThat(admin.deleteAcls(List.of(binding.toFilter())).all().get())
                .as("%s was granted", binding)
                .hasSize(1);
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
