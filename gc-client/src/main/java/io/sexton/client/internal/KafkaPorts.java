package io.sexton.client.internal;

import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.spi.ClientPorts;
import io.sexton.client.spi.LogWriter;
import io.sexton.client.spi.MonotonicClock;
import io.sexton.client.spi.Timers;
import io.sexton.proto.MissingPermission;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;

/** The environment of a client that uses Kafka and its own threads. */
public final class KafkaPorts implements ClientPorts, AutoCloseable {

    private static final int MAX_CALLBACK_THREADS = 4;

    private final KafkaSettings settings;
    private final String processId;
    private final KafkaLogWriter log;
    private final ThreadTimers timers;
    private final ThreadPoolExecutor sends;
    private final Executor callbacks;
    private final @Nullable ThreadPoolExecutor ownCallbacks;

    public KafkaPorts(String name, KafkaSettings settings) {
        this.settings = settings;
        processId = Ids.fresh(name).prefix();
        timers = new ThreadTimers(processId + "-timers", settings.clock());
        sends = threads(processId + "-sends", 1);
        Executor configured = settings.callbacks();
        ownCallbacks = configured == null ? threads(processId + "-callbacks", MAX_CALLBACK_THREADS) : null;
        callbacks = configured != null ? configured : ownCallbacks != null ? ownCallbacks : Runnable::run;
        Map<String, Object> config = settings.producerConfig(processId);
        log = new KafkaLogWriter(
                new KafkaProducer<>(config),
                new ProducerConfig(config).getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                settings.namespace(),
                config);
    }

    @Override
    public String processId() {
        return processId;
    }

    @Override
    public LogWriter log() {
        return log;
    }

    @Override
    public AnswerFeed answers(String topic, AnswerFeed.Sink sink) {
        String name = settings.namespace().topic(topic);
        Map<String, Object> config = settings.consumerConfig(processId, name);
        return new TopicReader(
                name,
                processId + "-" + name,
                () -> new KafkaConsumer<>(config),
                failure -> MissingPermission.describe(failure, AclOperation.READ, config),
                sink);
    }

    @Override
    public MonotonicClock clock() {
        return settings.clock();
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public Executor sends() {
        return sends;
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    /** Stops sending, after a wait of a few seconds until earlier sends are acknowledged. */
    public void finishSending() {
        sends.shutdown();
        try {
            sends.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }

    /** Stops the threads. */
    @Override
    public void close() {
        timers.close();
        sends.shutdownNow();
        if (ownCallbacks != null) {
            ownCallbacks.shutdown();
        }
    }

    private static ThreadPoolExecutor threads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                count,
                count,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                // After the end no deadline is counted and no listener is called; but the stage of a future fails.
                (task, closed) -> {
                    if (task instanceof CompletableFuture.AsynchronousCompletionTask) {
                        throw new RejectedExecutionException("the client is closed");
                    }
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
