package io.sexton.service;

import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigException;

/** The settings of Kafka's clients in a configuration. */
public final class KafkaSettings {
    private KafkaSettings() {}

    /**
     * Checks what can be checked without a broker.
     *
     * @throws StartupException if a client does not accept a value, naming its key
     */
    public static void requireValid(Map<String, ?> client) {
        try {
            var unused = new AdminClientConfig(Map.copyOf(client));
        } catch (ConfigException e) {
            throw new StartupException("sexton.kafka: " + e.getMessage(), e);
        }
    }

    /** Returns the message at the bottom of a failure: that of Kafka's own often only names what was being made. */
    public static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() != null ? root.getMessage() : root.getClass().getSimpleName();
    }
}
