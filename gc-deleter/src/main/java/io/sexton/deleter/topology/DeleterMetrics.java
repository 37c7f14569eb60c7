package io.sexton.deleter.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Floors.Floor;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The metrics of a deleter. Safe for use by any thread. */
final class DeleterMetrics {

    private final Map<Outcome, Counter> files = new EnumMap<>(Outcome.class);
    private final Map<Floor, Counter> floors = new EnumMap<>(Floor.class);
    private final Counter bytes;
    private final Counter reports;
    private final Counter redeliveries;
    private final Counter unusable;
    private final Counter unknownStores;
    private final Timer calls;

    DeleterMetrics(MeterRegistry metrics) {
        for (Outcome outcome : Outcome.values()) {
            files.put(
                    outcome,
                    Counter.builder("sexton.deleter.files")
                            .description("Files of storage calls, by outcome")
                            .tag("outcome", outcome.name())
                            .register(metrics));
        }
        for (Floor floor : Floor.values()) {
            floors.put(
                    floor,
                    Counter.builder("sexton.deleter.below.floor")
                            .description("Files of storage calls that stayed because of a floor of their store")
                            .tag("floor", floor.text())
                            .register(metrics));
        }
        bytes = counter(metrics, "sexton.deleter.deleted.bytes", "Bytes of deleted files");
        reports = counter(metrics, "sexton.deleter.reports", "Reports that were committed");
        redeliveries = counter(
                metrics,
                "sexton.deleter.redeliveries",
                "Times that commands were read again after a" + " transaction failed");
        unusable = counter(metrics, "sexton.deleter.dead.letters", "Records on the command topic that are no commands");
        unknownStores = counter(metrics, "sexton.deleter.unknown.stores", "Calls for stores that are not configured");
        calls = Timer.builder("sexton.deleter.calls")
                .description("Storage calls")
                .register(metrics);
    }

    void called(Duration took, Iterable<FileResult> results) {
        calls.record(took);
        for (FileResult result : results) {
            Counter counter = files.get(result.outcome());
            if (counter != null) {
                counter.increment();
            }
            Floor floor = result.floor();
            Counter kept = floor == null ? null : floors.get(floor);
            if (kept != null) {
                kept.increment();
            }
            if (result.outcome() == Outcome.DELETED) {
                bytes.increment((double) result.bytes());
            }
        }
    }

    void reported() {
        reports.increment();
    }

    void redelivered() {
        redeliveries.increment();
    }

    void unusable() {
        unusable.increment();
    }

    void unknownStore() {
        unknownStores.increment();
    }

    private static Counter counter(MeterRegistry metrics, String name, String description) {
        return Counter.builder(name).description(description).register(metrics);
    }
}
