package io.sexton.deleter.topology;

import io.sexton.proto.DeadLetters;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dead letters of the deleter: records that are no commands. Safe for use by any thread; does not block. */
final class DeadLetterBox {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterBox.class);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Executor executor;

    /** @param topic where the letters go */
    DeadLetterBox(Producer<byte[], byte[]> producer, String topic, Executor executor) {
        this.producer = producer;
        this.topic = topic;
        this.executor = executor;
    }

    void put(LogRecord record, String reason) {
        var letter = DeadLetters.of(Topics.DELETE_COMMANDS, record, reason);
        try {
            executor.execute(() ->
                    send(new ProducerRecord<>(topic, null, null, letter.key(), letter.value(), letter.headers())));
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "The deleter stops: record {}-{}@{} stays in the command topic alone, without a dead letter",
                    Topics.DELETE_COMMANDS,
                    record.partition(),
                    record.offset());
        }
    }

    private void send(ProducerRecord<byte[], byte[]> letter) {
        try {
            var unused = producer.send(letter, (metadata, failure) -> {
                if (failure != null) {
                    LOG.error("A dead letter could not be written: {}", failure.toString());
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            LOG.error("A dead letter could not be written: {}", e.toString());
        }
    }
}
