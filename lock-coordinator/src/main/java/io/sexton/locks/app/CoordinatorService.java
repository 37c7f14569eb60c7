package io.sexton.locks.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sexton.fold.app.ClockLagGauges;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.fold.topology.FoldTopology;
import io.sexton.locks.core.LockFold;
import io.sexton.proto.Grants;
import io.sexton.proto.Topics;
import java.time.Duration;
import java.util.List;

/** The service lock-coordinator. Folds the partitions of {@code gc.lock-requests} that are assigned to this process. */
public final class CoordinatorService {
    private CoordinatorService() {}

    /**
     * Starts the service and returns without waiting until it is ready.
     *
     * @param tickInterval interval at which each partition is checked for a lease that begins or ends; above zero
     * @throws io.sexton.fold.app.StartupException if topics or their settings do not meet the requirements
     */
    public static FoldRuntime start(FoldSettings settings, Duration tickInterval, MeterRegistry metrics) {
        FoldListener<Fold> counts = counts(metrics);
        ClockLag clockLag = new ClockLagGauges(metrics, Topics.LOCK_REQUESTS);
        return FoldRuntime.start(
                settings,
                Topics.LOCK_REQUESTS,
                Grants.coordinator(settings.namespace(), settings.applicationId()),
                LockFold.DEFINITION::valueOf,
                (ticker, placement) -> FoldTopology.build(
                        LockFold.DEFINITION,
                        settings.namespace(),
                        ticker,
                        tickInterval,
                        placement,
                        clockLag,
                        () -> List.of(counts)),
                metrics);
    }

    private static FoldListener<Fold> counts(MeterRegistry metrics) {
        Counter events = counter(metrics, "sexton.locks.events", "Grants, answers and ends of leases");
        Counter deadLetters = counter(metrics, "sexton.locks.dead.letters", "Requests that could not be applied");
        Counter disagreements = counter(
                metrics,
                "sexton.locks.clock.disagreements",
                "Ticks that did nothing because the clocks of broker and ticker differ");
        return new FoldListener<>() {
            @Override
            public void emitted(Output output) {
                switch (output) {
                    case Output.Emitted event -> events.increment();
                    case Output.DeadLetter letter -> deadLetters.increment();
                    case Output.ClockDisagreement tick -> disagreements.increment();
                }
            }
        };
    }

    private static Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder(name).description(description).register(metrics);
    }
}
