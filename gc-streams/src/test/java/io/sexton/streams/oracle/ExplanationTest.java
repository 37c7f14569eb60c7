package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.query.Explanation;
import io.sexton.streams.state.Stores;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Disposition;
import io.sexton.v1.GcCommand;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The agreement of explanations with ticks: a tick at the present clock condemns exactly the files that nothing keeps,
 * according to their explanation (I7).
 */
final class ExplanationTest {
    private static final long SEEDS = Long.getLong("sexton.seeds", 200);
    private static final List<String> REGIONS = List.of("r0", "r1", "r2", "r3");

    @Test
    void namesAKeeperExactlyIfATickKeepsTheFile() {
        int condemned = 0;
        int kept = 0;
        Set<Explanation.KeptBy> named = EnumSet.noneOf(Explanation.KeptBy.class);
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> whole = RandomLogs.log(seed);
            // Logs of different lengths: most garbage of a long log is GONE.
            List<LogRecord> log = whole.subList(0, whole.size() * (1 + (int) (seed % 8)) / 8);
            for (int partition :
                    log.stream().map(LogRecord::partition).distinct().toList()) {
                World world = new World(partition);
                log.stream().filter(record -> record.partition() == partition).forEach(world::apply);
                Set<String> free = new TreeSet<>();
                for (String region : REGIONS) {
                    for (String path : RandomValues.PATHS) {
                        List<Explanation.Keeper> keepers = world.fold
                                .explain(RegionId.of(region), FilePath.of(path))
                                .keptBy();
                        boolean isFree =
                                keepers.stream().anyMatch(keeper -> keeper.reason() == Explanation.KeptBy.NEXT_TICK);
                        keepers.forEach(keeper -> named.add(keeper.reason()));
                        if (isFree) {
                            assertThat(keepers).hasSize(1);
                            free.add(region + "/" + path);
                        }
                        kept += isFree ? 0 : keepers.size();
                    }
                }

                world.tickWithoutProgress();

                assertThat(free).as("seed %d, partition %d", seed, partition).containsAll(world.condemned);
                free.removeAll(world.condemned);
                // A file beyond the guard's limit has latched its region.
                for (String file : free) {
                    int slash = file.indexOf('/');
                    assertThat(world.fold
                                    .explain(
                                            RegionId.of(file.substring(0, slash)),
                                            FilePath.of(file.substring(slash + 1)))
                                    .keptBy())
                            .as("seed %d, partition %d, %s", seed, partition, file)
                            .extracting(Explanation.Keeper::reason)
                            .contains(Explanation.KeptBy.APPROVAL);
                }
                condemned += world.condemned.size();
            }
        }
        assertThat(condemned).as("files that nothing kept").isGreaterThan((int) SEEDS / 20);
        assertThat(kept).as("reasons to keep a file").isGreaterThan((int) SEEDS);
        if (SEEDS >= 200) {
            // Work that a record leaves over needs more files than these logs have.
            assertThat(named)
                    .as("reasons that occurred")
                    .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.of(Explanation.KeptBy.UNFINISHED_WORK)));
        }
    }

    @Test
    void namesEachReaderWhosePinKeepsAFileAndNoOther() {
        int readers = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            List<LogRecord> log = RandomLogs.log(seed);
            int partition = log.get(0).partition();
            World world = new World(partition);
            NaiveFold oracle = new NaiveFold();
            for (LogRecord record : log) {
                world.apply(record);
                oracle.apply(record);
            }
            for (String id : REGIONS) {
                NaiveRegion region = oracle.region(partition, id);
                if (region == null) {
                    continue;
                }
                for (NaiveFile file : region.files.values()) {
                    boolean garbage = file.is(State.OBSOLETE, State.UNREFERENCED, State.ABANDONED, State.ABORTED)
                            || (region.gone() && file.tracked() && !file.is(State.CONDEMNED));
                    if (!garbage) {
                        continue;
                    }
                    Explanation explained = world.fold.explain(RegionId.of(id), FilePath.of(file.path));
                    Set<String> named = explained.keptBy().stream()
                            .filter(keeper -> keeper.reason() == Explanation.KeptBy.READER)
                            .map(keeper -> keeper.detail().split(" ", -1)[1])
                            .collect(Collectors.toCollection(TreeSet::new));
                    assertThat(named)
                            .as("seed %d, %s/%s %s %s", seed, id, file.path, file.state, explained)
                            .isEqualTo(Protection.readersOf(region, file));
                    readers += named.size();
                }
            }
        }
        assertThat(readers).as("readers that keep a file").isGreaterThan((int) SEEDS / 20);
    }

    private static final class World {
        private final PartitionFold fold;
        private final int partition;
        private final Set<String> condemned = new TreeSet<>();
        private long last = -1;

        World(int partition) {
            this.partition = partition;
            fold = new PartitionFold(
                    partition,
                    new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore()),
                    Placement.UNCHECKED,
                    this::collect);
        }

        void apply(LogRecord record) {
            apply(record.offset(), Instant.ofEpochMilli(record.appendTime()), record.key(), record.value());
        }

        /** Applies a tick of a time long before the log: it agrees, and the clock does not move. */
        void tickWithoutProgress() {
            condemned.clear();
            Instant before = Instant.parse("2000-01-01T00:00:00Z");
            Tick tick = Tick.newBuilder()
                    .setWallClock(Times.toProto(before))
                    .setTicker("late")
                    .build();
            byte[] event = RegionEvent.newBuilder().setTick(tick).build().toByteArray();
            apply(last + 1, before, new byte[0], event);
        }

        private void apply(long offset, Instant appended, byte @Nullable [] key, byte @Nullable [] value) {
            fold.apply(new io.sexton.proto.LogRecord(partition, offset, appended, key, value));
            last = offset;
        }

        private void collect(Output output) {
            if (output instanceof Output.Emitted emitted
                    && emitted.message() instanceof GcCommand command
                    && command.getDelete().getDisposition() != Disposition.DRY_RUN) {
                for (CondemnedFile file : command.getDelete().getFilesList()) {
                    if (RandomValues.PATHS.contains(file.getFile().getPath())) {
                        condemned.add(emitted.region() + "/" + file.getFile().getPath());
                    }
                }
            }
        }
    }
}
