package io.sexton.locks.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.fold.app.ClockLagGauges;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.topology.ClockLag;
import io.sexton.locks.core.Output;
import io.sexton.locks.topology.LocksTopology;
import io.sexton.proto.Grants;
import io.sexton.proto.Topics;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.function.Consumer;

/** The service lock-coordinator. Folds the partitions of {@code gc.lock-requests} that are assigned to this process. */
public final class CoordinatorService {
    private CoordinatorService() {}

    /**
     * Starts the service and returns without waiting until it is ready.
     *
     * @param tickInterval interval at which each partition is checked for a lease that begins or ends; above zero
     * @throws io.sexton.service.StartupException if topics or their settings do not meet the requirements
     */
    public static FoldRuntime start(FoldSettings settings, Duration tickInterval, MeterRegistry metrics) {
        Consumer<Output> counts = counts(metrics);
        ClockLag clockLag = new ClockLagGauges(metrics, Topics.LOCK_REQUESTS);
        return FoldRuntime.start(
                settings,
                Topics.LOCK_REQUESTS,
                Grants.coordinator(settings.namespace(), settings.applicationId()),
                tick -> LockRequest.newBuilder().setTick(tick).build().toByteArray(),
                (ticker, placement) ->
                        LocksTopology.build(settings.namespace(), ticker, tickInterval, placement, counts, clockLag),
                metrics);
    }

    private static Consumer<Output> counts(MeterRegistry metrics) {
        Counter events = counter(metrics, "sexton.locks.events", "Grants, answers and ends of leases");
        Counter deadLetters = counter(metrics, "sexton.locks.dead.letters", "Requests that could not be applied");
        Counter disagreements = counter(
                metrics,
                "sexton.locks.clock.disagreements",
                "Ticks that did nothing because the clocks of broker and ticker differ");
        return output -> {
            switch (output) {
                case Output.Event event -> events.increment();
                case Output.DeadLetter letter -> deadLetters.increment();
                case Output.ClockDisagreement tick -> disagreements.increment();
            }
        };
    }

    private static Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder(name).description(description).register(metrics);
    }
}
