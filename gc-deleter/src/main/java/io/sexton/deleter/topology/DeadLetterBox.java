package io.sexton.deleter.topology;

import io.sexton.fold.core.LogRecord;
import io.sexton.fold.topology.DeadLetters;
import io.sexton.proto.Topics;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts records that are no commands where operators find them. Safe for use by any thread; does not block. */
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

    void put(ConsumerRecord<byte[], byte[]> record, String reason) {
        LogRecord dead = new LogRecord(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                record.value());
        var letter = DeadLetters.of(Topics.DELETE_COMMANDS, dead, reason);
        try {
            executor.execute(() ->
                    send(new ProducerRecord<>(topic, null, null, letter.key(), letter.value(), letter.headers())));
        } catch (RejectedExecutionException e) {
            LOG.warn("Stopping; the dead letter stays in the command topic alone");
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
