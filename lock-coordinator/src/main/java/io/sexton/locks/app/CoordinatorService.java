package io.sexton.locks.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.core.Output;
import io.sexton.locks.topology.LocksTopology;
import io.sexton.proto.Topics;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** lock-coordinator in this process: folds its share of the partitions of {@code gc.lock-requests}. Thread safe. */
public final class CoordinatorService implements AutoCloseable {
    private final FoldRuntime runtime;
    private final KafkaStreamsMetrics streamsMetrics;

    private CoordinatorService(FoldRuntime runtime, KafkaStreamsMetrics streamsMetrics) {
        this.runtime = runtime;
        this.streamsMetrics = streamsMetrics;
    }

    /**
     * Starts and returns at once; {@link #isReady} tells when it works.
     *
     * @param tickInterval how often a partition is asked whether a lease begins or ends; above zero
     * @throws io.sexton.fold.app.StartupException if the log is not what it must be
     */
    public static CoordinatorService start(FoldSettings settings, Duration tickInterval, MeterRegistry metrics) {
        Counter events = counter(metrics, "sexton.locks.events", "Grants, answers and ends of leases");
        Counter deadLetters = counter(metrics, "sexton.locks.dead.letters", "Requests that could not be applied");
        Counter disagreements = counter(
                metrics,
                "sexton.locks.clock.disagreements",
                "Ticks that did nothing because the clocks of broker and ticker differ");
        FoldRuntime runtime = FoldRuntime.start(
                settings,
                Topics.LOCK_REQUESTS,
                tick -> LockRequest.newBuilder().setTick(tick).build().toByteArray(),
                (ticker, partitions) -> LocksTopology.build(
                        ticker,
                        tickInterval,
                        (key, partition) -> FoldRuntime.belongs(key, partition, partitions),
                        output -> {
                            switch (output) {
                                case Output.Event event -> events.increment();
                                case Output.DeadLetter letter -> deadLetters.increment();
                                case Output.ClockDisagreement tick -> disagreements.increment();
                            }
                        }));
        KafkaStreamsMetrics streamsMetrics = new KafkaStreamsMetrics(runtime.streams());
        streamsMetrics.bindTo(metrics);
        return new CoordinatorService(runtime, streamsMetrics);
    }

    public boolean isReady() {
        return runtime.isReady();
    }

    /** Completes with what has stopped the service for good. */
    public CompletableFuture<Throwable> failure() {
        return runtime.failure();
    }

    @Override
    public void close() {
        streamsMetrics.close();
        runtime.close();
    }

    private static Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder(name).description(description).register(metrics);
    }
}
