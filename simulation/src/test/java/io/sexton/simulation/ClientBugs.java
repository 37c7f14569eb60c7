package io.sexton.simulation;

import io.sexton.client.spi.MonotonicClock;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Bugs in the client: its events, its clock, its heartbeats. */
final class ClientBugs {
    private ClientBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "a snapshot lacks a file of the manifest",
                        Set.of("I1"),
                        40,
                        () -> publishing(event -> {
                            int files = event.getManifestSnapshot().getFilesCount();
                            return Optional.of(
                                    files < 2
                                            ? event
                                            : event.toBuilder()
                                                    .setManifestSnapshot(event.getManifestSnapshot().toBuilder()
                                                            .removeFiles(files - 1))
                                                    .build());
                        })),
                new PlantedBug(
                        "a client counts heartbeats as sent that never were",
                        Set.of("I2"),
                        40,
                        () -> publishing(event -> event.hasQueryHeartbeat()
                                        && event.getQueryHeartbeat().getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET
                                ? Optional.empty()
                                : Optional.of(event))),
                new PlantedBug(
                        "a client's clock runs at a quarter of its speed",
                        Set.of("I2", "I4", "I1"),
                        40,
                        () -> new Parts() {
                            @Override
                            public MonotonicClock clock(SimulatedProcess process) {
                                return () -> process.machine().uptime().toNanos() / 4;
                            }
                        }));
    }

    private static Parts publishing(Function<RegionEvent, Optional<RegionEvent>> publishes) {
        return new FilteredLog() {
            @Override
            Optional<RegionEvent> publishes(RegionEvent event) {
                return publishes.apply(event);
            }
        };
    }
}
