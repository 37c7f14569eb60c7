package io.sexton.simulation;

import io.sexton.deleter.core.Floors;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.fold.core.Output;
import io.sexton.proto.FilePath;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.v1.Approval;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.GcCommand;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Bugs in rules that wait for operators or for listings, and in limits that operators set. */
final class OperatorBugs {
    private OperatorBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "a snapshot that takes everything away is obeyed",
                        Set.of("I1"),
                        400,
                        () -> changing(RegionEvent::hasPolicySet, event -> {
                            RegionEvent.Builder changed = event.toBuilder();
                            changed.getPolicySetBuilder().getPolicyBuilder().setMaxCondemnedPercent(100);
                            return changed.build();
                        })),
                new PlantedBug(
                        "an approval lifts any latch, whether or not its author has seen it",
                        Set.of("I1"),
                        1500,
                        () -> changing(RegionEvent::hasApproval, event -> {
                            RegionEvent.Builder changed = event.toBuilder();
                            changed.getApprovalBuilder().clearLatchOffset();
                            return changed.build();
                        })),
                new PlantedBug(
                        "approvals are not applied",
                        Set.of("I6"),
                        200,
                        () -> without(event -> event.hasApproval()
                                && event.getApproval().getInventoryId().isEmpty())),
                new PlantedBug(
                        "an inventory that contradicts the manifest is accepted",
                        Set.of("I5"),
                        400,
                        () -> new FilteredFold() {
                            private final List<RegionEvent> approvals = new ArrayList<>();

                            @Override
                            Optional<Output.Emitted> emits(Output.Emitted output) {
                                if (output.message() instanceof Notice notice && notice.hasInventoryDoubted()) {
                                    String id = notice.getInventoryDoubted().getInventoryId();
                                    approvals.add(RegionEvent.newBuilder()
                                            .setRegion(output.region().value())
                                            .setApproval(Approval.newBuilder()
                                                    .setApprovalId("of-" + id)
                                                    .setInventoryId(id))
                                            .build());
                                }
                                return Optional.of(output);
                            }

                            @Override
                            void afterwards(PartitionFold fold, RegionEvent event, LogRecord record) {
                                List<RegionEvent> now = List.copyOf(approvals);
                                approvals.clear();
                                now.forEach(each -> fold.apply(with(record, each)));
                            }
                        }),
                new PlantedBug(
                        "a listed file is confirmed as if it had been announced",
                        Set.of("I5"),
                        400,
                        () -> new FilteredFold() {
                            private List<FileRef> unseen = List.of();

                            @Override
                            RegionEvent reads(PartitionFold fold, RegionEvent event) {
                                unseen = event.getInventory().getFilesList().stream()
                                        .filter(file ->
                                                List.of("UNKNOWN", "GONE").contains(state(fold, event, file.getPath())))
                                        .toList();
                                return event;
                            }

                            @Override
                            void afterwards(PartitionFold fold, RegionEvent event, LogRecord record) {
                                unseen.forEach(file -> fold.apply(with(
                                        record,
                                        RegionEvent.newBuilder()
                                                .setRegion(event.getRegion())
                                                .setFileWritten(
                                                        FileWritten.newBuilder().setFile(file))
                                                .build())));
                            }
                        }),
                new PlantedBug(
                        "the guard lets everything through",
                        Set.of("I5"),
                        200,
                        () -> changing(event -> event.getPolicySet().getPolicy().hasApprovalFloor(), event -> {
                            RegionEvent.Builder changed = event.toBuilder();
                            changed.getPolicySetBuilder().getPolicyBuilder().setApprovalFloor(1_000);
                            return changed.build();
                        })),
                new PlantedBug(
                        "a hold never expires",
                        Set.of("I6"),
                        100,
                        () -> changing(RegionEvent::hasHold, event -> {
                            RegionEvent.Builder changed = event.toBuilder();
                            changed.getHoldBuilder().clearExpiresAfter();
                            return changed.build();
                        })),
                new PlantedBug(
                        "expires_after of a hold counts a quarter",
                        Set.of("I2"),
                        200,
                        () -> changing(event -> event.getHold().hasExpiresAfter(), event -> {
                            RegionEvent.Builder changed = event.toBuilder();
                            changed.getHoldBuilder()
                                    .setExpiresAfter(Times.toProto(
                                            Times.of(event.getHold().getExpiresAfter())
                                                    .dividedBy(4)));
                            return changed.build();
                        })),
                new PlantedBug("scan commands are not emitted", Set.of("I6"), 200, () -> new FilteredFold() {
                    @Override
                    Optional<Output.Emitted> emits(Output.Emitted output) {
                        return Optional.of(output)
                                .filter(each -> !(each.message() instanceof GcCommand command && command.hasScan()));
                    }
                }),
                new PlantedBug(
                        "an OBSOLETE file that a snapshot names stays OBSOLETE",
                        Set.of("I1"),
                        400,
                        () -> new FilteredFold() {
                            @Override
                            RegionEvent reads(PartitionFold fold, RegionEvent event) {
                                if (!event.hasManifestSnapshot()) {
                                    return event;
                                }
                                ManifestSnapshot snapshot = event.getManifestSnapshot();
                                List<FileRef> others = snapshot.getFilesList().stream()
                                        .filter(file -> !state(fold, event, file.getPath())
                                                .equals("OBSOLETE"))
                                        .toList();
                                return event.toBuilder()
                                        .setManifestSnapshot(snapshot.toBuilder()
                                                .clearFiles()
                                                .addAllFiles(others))
                                        .build();
                            }
                        }),
                new PlantedBug("the floors of a store are ignored", Set.of("I3"), 100, () -> new Parts() {
                    @Override
                    public StoreRules rules(StoreRules rules) {
                        return rules.withFloors(Floors.NONE);
                    }
                }));
    }

    private static String state(PartitionFold fold, RegionEvent event, String path) {
        return fold.explain(RegionId.of(event.getRegion()), FilePath.of(path)).state();
    }

    /** Returns another event at the same offset of the log. */
    private static LogRecord with(LogRecord record, RegionEvent event) {
        return new LogRecord(
                record.partition(),
                record.offset(),
                record.appendTime(),
                RegionId.of(event.getRegion()).toKey(),
                event.toByteArray());
    }

    private static Parts without(Predicate<RegionEvent> dropped) {
        return new FilteredFold() {
            @Override
            Optional<RegionEvent> reads(RegionEvent event, LogRecord record) {
                return Optional.of(event).filter(dropped.negate());
            }
        };
    }

    private static Parts changing(Predicate<RegionEvent> which, UnaryOperator<RegionEvent> change) {
        return new FilteredFold() {
            @Override
            Optional<RegionEvent> reads(RegionEvent event, LogRecord record) {
                return Optional.of(which.test(event) ? change.apply(event) : event);
            }
        };
    }
}
