package io.sexton.deleter.topology;

import org.apache.kafka.common.KafkaException;

/** The failure of a request to a log that is not Kafka's: what failed may succeed when it is repeated. */
public final class LogFailureException extends KafkaException {

    private static final long serialVersionUID = 1L;

    /** Creates the failure with its reason. */
    public LogFailureException(String message) {
        super(message);
    }
}
