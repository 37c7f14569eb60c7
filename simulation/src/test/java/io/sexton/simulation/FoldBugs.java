package io.sexton.simulation;

import com.google.protobuf.Duration;
import io.sexton.fold.core.Output;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Times;
import io.sexton.v1.Notice;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.Policy;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Bugs in how the fold of the events applies them. */
final class FoldBugs {
    private FoldBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "obsolete_linger of a policy counts as 0",
                        Set.of("I3", "I2"),
                        20,
                        () -> policy(policy -> policy.setObsoleteLinger(
                                Duration.getDefaultInstance().toBuilder().setNanos(1_000_000)))),
                new PlantedBug(
                        "orphan_linger of a policy counts as 0",
                        Set.of("I3", "I1"),
                        20,
                        () -> policy(policy ->
                                policy.setOrphanLinger(Duration.newBuilder().setNanos(1_000_000)))),
                new PlantedBug(
                        "drop_linger of a policy counts as 0",
                        Set.of("I3", "I1"),
                        60,
                        () -> policy(policy ->
                                policy.setDropLinger(Duration.newBuilder().setNanos(1_000_000)))),
                new PlantedBug(
                        "temp_linger of a policy counts as 0",
                        Set.of("I3"),
                        60,
                        () -> policy(policy ->
                                policy.setTempLinger(Duration.newBuilder().setNanos(1_000_000)))),
                new PlantedBug(
                        "obsolete_linger of a policy counts half",
                        Set.of("I3"),
                        40,
                        () -> policy(policy -> policy.setObsoleteLinger(half(policy.getObsoleteLinger())))),
                new PlantedBug(
                        "retention of a policy counts as 0",
                        Set.of("I3"),
                        100,
                        () -> policy(policy ->
                                policy.setRetention(Duration.newBuilder().setNanos(1_000_000)))),
                new PlantedBug(
                        "ON_COMPACTION is taken for CONTINUOUS",
                        Set.of("I7"),
                        100,
                        () -> policy(policy -> policy.setTrigger(Trigger.CONTINUOUS))),
                new PlantedBug(
                        "a tick's append time is ignored", Set.of("I3", "I2", "I1"), 300, () -> new FilteredFold() {
                            @Override
                            Instant appended(LogRecord record, RegionEvent event) {
                                return event.hasTick()
                                        ? Times.of(event.getTick().getWallClock())
                                        : record.appendTime();
                            }

                            @Override
                            Optional<RegionEvent> reads(RegionEvent event, LogRecord record) {
                                return Optional.of(event.hasTick() ? withFreshTicker(event, record) : event);
                            }
                        }),
                new PlantedBug(
                        "a tick's wall clock is ignored",
                        Set.of("I3", "I2", "I1"),
                        300,
                        () -> changing((event, record) -> Optional.of(
                                event.hasTick()
                                        ? withFreshTicker(
                                                event.toBuilder()
                                                        .setTick(event.getTick().toBuilder()
                                                                .setWallClock(Times.toProto(record.appendTime())))
                                                        .build(),
                                                record)
                                        : event))),
                new PlantedBug(
                        "no pin is rejected: the horizon, and what is condemned, are forgotten",
                        Set.of("I2", "I1"),
                        40,
                        () -> FilteredFold.emitting(output ->
                                output.message() instanceof Notice notice && notice.hasPinVerdict()
                                        ? new Output.Emitted(
                                                output.topic(),
                                                output.region(),
                                                notice.toBuilder()
                                                        .setPinVerdict(PinVerdict.newBuilder()
                                                                .setReaderId(notice.getPinVerdict()
                                                                        .getReaderId())
                                                                .setOffset(notice.getPinVerdict()
                                                                        .getOffset())
                                                                .setAccepted(true))
                                                        .build())
                                        : output)),
                new PlantedBug(
                        "a heartbeat without a pin renews nothing",
                        Set.of("I2"),
                        40,
                        () -> changing((event, record) -> event.hasQueryHeartbeat()
                                        && event.getQueryHeartbeat().getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET
                                ? Optional.empty()
                                : Optional.of(event))),
                new PlantedBug(
                        "a pin's ttl counts a quarter",
                        Set.of("I2"),
                        40,
                        () -> changing((event, record) -> Optional.of(
                                event.hasQueryHeartbeat()
                                        ? event.toBuilder()
                                                .setQueryHeartbeat(event.getQueryHeartbeat().toBuilder()
                                                        .setTtl(half(half(event.getQueryHeartbeat()
                                                                .getTtl()))))
                                                .build()
                                        : event))),
                new PlantedBug(
                        "references are accepted and not kept",
                        Set.of("I2"),
                        150,
                        () -> changing((event, record) -> Optional.of(
                                event.hasReferenceEdit()
                                        ? event.toBuilder()
                                                .setReferenceEdit(event.getReferenceEdit().toBuilder()
                                                        .clearAdded())
                                                .build()
                                        : event))),
                new PlantedBug(
                        "holds are not kept",
                        Set.of("I2"),
                        40,
                        () -> changing((event, record) -> event.hasHold() ? Optional.empty() : Optional.of(event))),
                new PlantedBug(
                        "versions of edits are ignored",
                        Set.of("I1", "I3", "I5"),
                        400,
                        () -> changing((event, record) -> {
                            RegionEvent.Builder changed = event.toBuilder();
                            if (event.hasManifestEdit()) {
                                changed.getManifestEditBuilder()
                                        .clearBaseVersion()
                                        .clearVersion();
                            } else if (event.getCompactionCompleted().hasEdit()) {
                                changed.getCompactionCompletedBuilder()
                                        .getEditBuilder()
                                        .clearBaseVersion()
                                        .clearVersion();
                            } else if (event.hasRegionOpened()) {
                                changed.getRegionOpenedBuilder().clearManifestVersion();
                            }
                            return Optional.of(changed.build());
                        })),
                new PlantedBug(
                        "a drop that is taken back stays in force",
                        Set.of("I1", "I3"),
                        100,
                        () -> changing(
                                (event, record) -> event.hasRegionRestored() ? Optional.empty() : Optional.of(event))),
                new PlantedBug(
                        "a completed compaction's edit is not applied",
                        Set.of("I1", "I5", "I6"),
                        40,
                        () -> changing((event, record) -> Optional.of(
                                event.hasCompactionCompleted()
                                        ? event.toBuilder()
                                                .setCompactionCompleted(event.getCompactionCompleted().toBuilder()
                                                        .clearEdit())
                                                .build()
                                        : event))));
    }

    private interface Change {
        Optional<RegionEvent> reads(RegionEvent event, LogRecord record);
    }

    private static Parts changing(Change change) {
        return new FilteredFold() {
            @Override
            Optional<RegionEvent> reads(RegionEvent event, LogRecord record) {
                return change.reads(event, record);
            }
        };
    }

    private static Parts policy(Consumer<Policy.Builder> change) {
        return changing((event, record) -> {
            if (!event.hasPolicySet()) {
                return Optional.of(event);
            }
            RegionEvent.Builder changed = event.toBuilder();
            change.accept(changed.getPolicySetBuilder().getPolicyBuilder());
            return Optional.of(changed.build());
        });
    }

    private static RegionEvent withFreshTicker(RegionEvent event, LogRecord record) {
        return event.toBuilder()
                .setTick(event.getTick().toBuilder().setTicker("ticker-" + record.offset()))
                .build();
    }

    private static Duration half(Duration length) {
        return Times.toProto(Times.of(length).dividedBy(2));
    }
}
