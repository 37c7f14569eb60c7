package io.sexton.deleter.topology;

import io.sexton.proto.RegionId;
import io.sexton.v1.RegionEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The publisher of fences on a Kafka producer without transactions: what a transaction holds back until its commit could
 * not be read back before.
 */
final class FencePublisher {

    private final Producer<byte[], byte[]> producer;
    private final String events;
    private final Executor executor;

    /**
     * @param events the topic
     * @param executor where sending may block, as it does while brokers cannot be reached
     */
    FencePublisher(Producer<byte[], byte[]> producer, String events, Executor executor) {
        this.producer = producer;
        this.events = events;
        this.executor = executor;
    }

    /** @param onFailure accepts the reason if the fence does not reach the log */
    void publish(RegionEvent fence, Consumer<String> onFailure) {
        byte[] key = RegionId.of(fence.getRegion()).toKey();
        try {
            executor.execute(() -> send(new ProducerRecord<>(events, key, fence.toByteArray()), onFailure));
        } catch (RejectedExecutionException stopping) {
            // The deleter stops, and its locks go with it.
        }
    }

    private void send(ProducerRecord<byte[], byte[]> fence, Consumer<String> onFailure) {
        try {
            var unused = producer.send(fence, (metadata, failure) -> {
                if (failure != null) {
                    onFailure.accept(failure.toString());
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            onFailure.accept(e.toString());
        }
    }
}
