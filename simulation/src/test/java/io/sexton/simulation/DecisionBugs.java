package io.sexton.simulation;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.Times;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Disposition;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Tick;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Bugs in what the fold of the events emits, and in how its service stores it. */
final class DecisionBugs {
    private DecisionBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "a record that cannot be read is passed over", Set.of("I5"), 100, () -> new FilteredFold() {
                            @Override
                            boolean readsUnreadable() {
                                return false;
                            }
                        }),
                new PlantedBug(
                        "one notice or command in forty is emitted by some processes and not by others",
                        Set.of("I8"),
                        20,
                        () -> new FilteredFold() {
                            private int emitted;

                            @Override
                            Optional<Output.Emitted> emits(Output.Emitted each) {
                                return ++emitted % 41 == 0 ? Optional.empty() : Optional.of(each);
                            }
                        }),
                new PlantedBug("state survives an abort", Set.of("I8", "I6", "I7", "I2", "I4"), 40, () -> new Parts() {
                    private final Map<String, OrderedStore> kept = new HashMap<>();

                    @Override
                    public Fold fold(
                            FoldDefinition<?> definition,
                            int partition,
                            Function<String, OrderedStore> stores,
                            Placement placement,
                            Consumer<Output> sink) {
                        return super.fold(
                                definition,
                                partition,
                                name -> kept.computeIfAbsent(partition + "-" + name, unseen -> new MemoryStore()),
                                placement,
                                sink);
                    }
                }),
                new PlantedBug(
                        "evidence_offset is one too high",
                        Set.of("I7"),
                        20,
                        () -> FilteredFold.emitting(output -> {
                            if (!(output.message() instanceof GcCommand command) || !command.hasDelete()) {
                                return output;
                            }
                            GcCommand.Builder wrong = command.toBuilder();
                            wrong.getDeleteBuilder()
                                    .getFilesBuilderList()
                                    .forEach(file -> file.setEvidenceOffset(file.getEvidenceOffset() + 1));
                            return new Output.Emitted(output.topic(), output.region(), wrong.build());
                        })),
                new PlantedBug(
                        "command_id is a counter of the process", Set.of("I7", "I8"), 20, () -> new FilteredFold() {
                            private int count;

                            @Override
                            Optional<Output.Emitted> emits(Output.Emitted output) {
                                if (!(output.message() instanceof GcCommand command) || !command.hasDelete()) {
                                    return Optional.of(output);
                                }
                                GcCommand.Builder wrong = command.toBuilder();
                                wrong.getDeleteBuilder().setCommandId("0-" + ++count + "-0");
                                return Optional.of(new Output.Emitted(output.topic(), output.region(), wrong.build()));
                            }
                        }),
                new PlantedBug("no tick is ever due", Set.of("I6"), 20, () -> new Parts() {
                    @Override
                    public Tick tick(SimulatedProcess process) {
                        return super.tick(process).toBuilder()
                                .setWallClock(Times.toProto(World.START.minus(Duration.ofDays(1))))
                                .build();
                    }
                }),
                new PlantedBug(
                        "a command is not emitted again",
                        Set.of("I6"),
                        100,
                        () -> FilteredFold.emitting(output -> {
                            if (!(output.message() instanceof GcCommand command) || !command.hasDelete()) {
                                return output;
                            }
                            List<CondemnedFile> first = command.getDelete().getFilesList().stream()
                                    .filter(file -> file.getAttempt() == 1)
                                    .toList();
                            GcCommand.Builder fewer = command.toBuilder();
                            fewer.getDeleteBuilder().clearFiles().addAllFiles(first);
                            return new Output.Emitted(output.topic(), output.region(), fewer.build());
                        })),
                new PlantedBug(
                        "TRASH and ARCHIVE are commanded as DELETE",
                        Set.of("I5"),
                        40,
                        () -> commanding(EnumSet.of(Disposition.TRASH, Disposition.ARCHIVE))),
                new PlantedBug(
                        "DRY_RUN is commanded as DELETE",
                        Set.of("I5"),
                        60,
                        () -> commanding(EnumSet.of(Disposition.DRY_RUN))));
    }

    /** Emits DELETE instead of these dispositions. */
    private static Parts commanding(Set<Disposition> dispositions) {
        return FilteredFold.emitting(output -> {
            if (!(output.message() instanceof GcCommand command)
                    || !dispositions.contains(command.getDelete().getDisposition())) {
                return output;
            }
            GcCommand.Builder wrong = command.toBuilder();
            wrong.getDeleteBuilder().setDisposition(Disposition.DELETE);
            return new Output.Emitted(output.topic(), output.region(), wrong.build());
        });
    }
}
