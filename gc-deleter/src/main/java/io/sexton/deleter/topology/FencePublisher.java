package io.sexton.deleter.topology;

import io.sexton.proto.RegionId;
import io.sexton.v1.DeleterFence;
import io.sexton.v1.RegionEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes fences, outside any transaction: what a transaction holds back until its commit could not be answered
 * before. Safe for use by any thread.
 */
final class FencePublisher {

    private final Producer<byte[], byte[]> producer;
    private final String events;
    private final String name;
    private final Executor executor;

    /**
     * @param events the topic
     * @param name says so in the events
     * @param executor where sending may block, as it does while brokers cannot be reached
     */
    FencePublisher(Producer<byte[], byte[]> producer, String events, String name, Executor executor) {
        this.producer = producer;
        this.events = events;
        this.name = name;
        this.executor = executor;
    }

    /** @param onFailure told why, if the fence does not reach the log */
    void publish(RegionId region, String nonce, Consumer<String> onFailure) {
        RegionEvent fence = RegionEvent.newBuilder()
                .setRegion(region.value())
                .setProducer(name)
                .setDeleterFence(DeleterFence.newBuilder().setNonce(nonce))
                .build();
        try {
            executor.execute(() -> send(new ProducerRecord<>(events, region.toKey(), fence.toByteArray()), onFailure));
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
