package io.sexton.streams.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.Output;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.streams.apply.Bounded;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.state.Stores;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.Notice;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import io.sexton.v1.Tick;
import io.sexton.v1.WriteFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The equivalence of a fold that always reaches its bounds, and resumes tick by tick, with a fold that never does.
 * Other facts may arrive while its work is unfinished, and the process may be killed; no output may show it (design,
 * section 7).
 */
final class BoundedWorkTest {
    private static final long SEEDS = Long.getLong("sexton.seeds", 300);

    /** Distance of the offsets of the original log, which leaves room for the ticks that follow at once. */
    private static final int ROOM = 1_000;

    @Test
    void resumedWorkHasTheOutcomeOfWorkDoneAtOnce() {
        int unfinished = 0;
        int turnedAway = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            SeededRandom random = new SeededRandom(seed);
            Run bounded = new Run(1 + random.nextInt(3), 1 + random.nextInt(2));
            Run unbounded = new Run(Integer.MAX_VALUE, 1_000_000);
            List<LogRecord> log = spaced(DeterminismTest.log(seed, 0));
            for (int i = 0; i < log.size() && !bounded.turnedAway; i++) {
                LogRecord record = log.get(i);
                unbounded.apply(record);
                bounded.apply(record);
                if (random.nextInt(5) == 0) {
                    bounded.restart();
                }
                if (isTick(record) && !bounded.buriedLast) {
                    tickUntilDone(record, bounded, unbounded);
                } else if (bounded.fold.workLeft()) {
                    unfinished++;
                }
            }
            LogRecord last = tickWithoutProgress(log);
            unbounded.apply(last);
            bounded.apply(last);
            tickUntilDone(last, bounded, unbounded);
            if (bounded.turnedAway) {
                turnedAway++;
                continue;
            }

            assertThat(Facts.difference("unbounded", unbounded.facts, "bounded", bounded.facts))
                    .as("seed %d", seed)
                    .isEmpty();
        }
        assertThat(unfinished).as("facts that came while work was unfinished").isGreaterThan((int) SEEDS / 2);
        assertThat(turnedAway)
                .as("logs with a pin that an unfinished inventory kept out")
                .isLessThan((int) SEEDS / 4);
    }

    @Test
    void condemnsFilesOfOtherRegionsWhileTheWorkOfOneIsUnfinished() {
        Run run = new Run(10, 1);
        long offset = 0;
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        ManifestEdit.Builder twenty = ManifestEdit.newBuilder().setVersion(1);
        for (int i = 0; i < 20; i++) {
            twenty.addAdded(FileRef.newBuilder().setPath("f" + i));
        }
        for (String region : List.of("large", "small")) {
            run.apply(event(
                    offset++,
                    at,
                    region,
                    e -> e.setRegionOpened(
                            RegionOpened.newBuilder().setStore("main").setRoot(region))));
            run.apply(event(offset++, at, region, e -> e.setManifestEdit(twenty)));
        }
        run.apply(event(offset++, at, "", e -> e.setTick(tick(at))));
        ManifestEdit.Builder removal =
                ManifestEdit.newBuilder().setBaseVersion(1).setVersion(2).addRemoved("f0");
        run.apply(event(offset++, at, "large", e -> e.setManifestEdit(removal)));
        run.apply(event(offset++, at, "small", e -> e.setManifestEdit(removal)));
        Instant due = at.plus(Duration.ofHours(2));
        ManifestSnapshot.Builder chunk =
                ManifestSnapshot.newBuilder().setSnapshotId("s").setVersion(2);
        run.apply(event(offset++, due, "large", e -> e.setManifestSnapshot(chunk)));
        run.apply(event(
                offset++,
                due,
                "large",
                e -> e.setManifestSnapshot(chunk.clone().setChunk(1).setLast(true))));
        assertThat(run.fold.workLeft()).as("unfinished").isTrue();

        run.apply(event(offset, due, "", e -> e.setTick(tick(due))));

        assertThat(run.fold.workLeft()).as("still unfinished").isTrue();
        assertThat(run.facts)
                .filteredOn(Fact.Condemn.class::isInstance)
                .extracting(fact -> ((Fact.Condemn) fact).region())
                .containsExactly("small");

        // A tick that disagrees has no effect: if the next one followed at once, so would all others.
        run.apply(event(offset + 1, due, "", e -> e.setTick(tick(due.plus(Duration.ofHours(1))))));
        assertThat(run.fold.workLeft()).as("requests a tick at once").isFalse();
        run.apply(event(offset + 2, due, "", e -> e.setTick(tick(due))));
        assertThat(run.fold.workLeft()).as("goes on").isTrue();
    }

    @Test
    void requestsSnapshotOfARegionWhileAPolicyStillWakesTheFilesOfOthers() {
        Run run = new Run(10, 1);
        long offset = 0;
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        Instant later = at.plus(Duration.ofHours(1));
        run.apply(event(offset++, at, "", e -> e.setTick(tick(at))));
        for (int i = 0; i < 5; i++) {
            FileWritten written = FileWritten.newBuilder()
                    .setFile(FileRef.newBuilder().setPath("f" + i))
                    .build();
            run.apply(event(offset++, at, "never-opened", e -> e.setFileWritten(written)));
        }
        run.apply(event(
                offset++,
                later,
                "opened",
                e -> e.setRegionOpened(
                        RegionOpened.newBuilder().setStore("main").setRoot("opened"))));
        run.apply(event(
                offset++,
                later,
                "opened",
                e -> e.setFileWritten(
                        FileWritten.newBuilder().setFile(FileRef.newBuilder().setPath("x")))));
        Instant parked = at.plus(Duration.ofHours(24));
        run.apply(event(offset++, parked, "", e -> e.setTick(tick(parked))));
        run.apply(event(offset++, parked, "", e -> e.setPolicySet(PolicySet.getDefaultInstance())));
        assertThat(run.fold.workLeft()).as("unfinished").isTrue();

        Instant due = later.plus(Duration.ofHours(24));
        run.apply(event(offset, due, "", e -> e.setTick(tick(due))));

        assertThat(run.fold.workLeft()).as("still unfinished").isTrue();
        assertThat(run.facts).contains(new Fact.CountedOnce("opened", Fact.CountedOnce.Kind.SNAPSHOT_REQUESTED, null));
    }

    @Test
    void requestsAgainAtOnceIfAnIncompleteTickEndedTheEarlierRequest() {
        Run run = new Run(1, 100);
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        Instant due = at.plus(Duration.ofHours(24));
        Instant next = due.plus(Duration.ofMinutes(30));
        List<LogRecord> log = new ArrayList<>();
        BiConsumer<Instant, Consumer<RegionEvent.Builder>> ofBoth =
                (when, what) -> List.of("a", "b").forEach(region -> log.add(event(log.size(), when, region, what)));
        Consumer<Instant> tick = when -> log.add(event(log.size(), when, "", e -> e.setTick(tick(when))));
        tick.accept(at);
        ofBoth.accept(
                at,
                e -> e.setRegionOpened(
                        RegionOpened.newBuilder().setStore("main").setRoot(e.getRegion())));
        ofBoth.accept(
                at,
                e -> e.setFileWritten(
                        FileWritten.newBuilder().setFile(FileRef.newBuilder().setPath("x"))));
        log.add(event(
                log.size(),
                at.plus(Duration.ofMinutes(30)),
                "a",
                e -> e.setFileWritten(
                        FileWritten.newBuilder().setFile(FileRef.newBuilder().setPath("z")))));
        tick.accept(due);
        tick.accept(due);
        // The snapshot of "a" is no longer needed; each region has another due file that needs one.
        log.add(event(
                log.size(),
                due,
                "a",
                e -> e.setManifestEdit(ManifestEdit.newBuilder()
                        .setVersion(1)
                        .addAdded(FileRef.newBuilder().setPath("x")))));
        ofBoth.accept(due, e -> e.setWriteFailed(WriteFailed.newBuilder().addPaths("w")));
        tick.accept(due.plus(Duration.ofMinutes(6)));
        tick.accept(due.plus(Duration.ofMinutes(6)));
        tick.accept(next);

        log.forEach(run::apply);

        assertThat(run.facts).filteredOn(Fact.Condemn.class::isInstance).hasSize(2);
        assertThat(run.facts)
                .filteredOn(fact -> fact instanceof Fact.CountedOnce notice
                        && notice.kind() == Fact.CountedOnce.Kind.SNAPSHOT_REQUESTED)
                .extracting(fact -> ((Fact.CountedOnce) fact).region())
                .containsExactly("a", "b", "a");
    }

    private static Tick tick(Instant wall) {
        return Tick.newBuilder()
                .setWallClock(Times.toProto(wall))
                .setTicker("t")
                .setUptime(Times.toProto(Duration.between(Instant.EPOCH, wall)))
                .build();
    }

    private static LogRecord event(long offset, Instant at, String region, Consumer<RegionEvent.Builder> what) {
        RegionEvent.Builder event = RegionEvent.newBuilder().setRegion(region);
        what.accept(event);
        byte[] key = region.isEmpty() ? new byte[0] : RegionId.of(region).toKey();
        return new LogRecord(0, offset, at, key, event.build().toByteArray());
    }

    private static void tickUntilDone(LogRecord tick, Run bounded, Run unbounded) {
        for (long more = 1; bounded.fold.workLeft(); more++) {
            assertThat(more).as("ticks at once after offset %d", tick.offset()).isLessThan(ROOM - 1);
            LogRecord next = at(tick.offset() + more, tick);
            unbounded.apply(next);
            bounded.apply(next);
        }
    }

    /** Returns a tick of a time long before the log: it agrees, and the clock does not move. */
    private static LogRecord tickWithoutProgress(List<LogRecord> log) {
        Instant before = Instant.parse("2000-01-01T00:00:00Z");
        Tick tick = Tick.newBuilder()
                .setWallClock(Times.toProto(before))
                .setTicker("late")
                .build();
        return new LogRecord(
                0,
                (long) log.size() * ROOM * 2,
                before,
                new byte[0],
                RegionEvent.newBuilder().setTick(tick).build().toByteArray());
    }

    private static final class Run {
        private final List<Fact> facts = new ArrayList<>();
        private final Stores stores = new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
        private final int looks;
        private final int moves;
        private PartitionFold fold;
        private boolean turnedAway;
        private boolean buriedLast;

        Run(int looks, int moves) {
            this.looks = looks;
            this.moves = moves;
            fold = Bounded.fold(0, looks, moves, stores, this::collect);
        }

        /** Continues with another fold on the stored state, as if the process was killed between two records. */
        void restart() {
            fold = Bounded.fold(0, looks, moves, stores, this::collect);
        }

        void apply(LogRecord record) {
            buriedLast = false;
            fold.apply(record);
        }

        private void collect(Output output) {
            if (output instanceof Output.Emitted emitted
                    && emitted.message() instanceof Notice notice
                    && notice.getPinVerdict().getDetail().contains("still being worked through")) {
                turnedAway = true;
            }
            buriedLast |= output instanceof Output.DeadLetter;
            facts.addAll(FoldAgainstOracleTest.factsOf(output));
        }
    }

    /** Returns the log with room between its records; a report covers all commands that its command's tick caused. */
    private static List<LogRecord> spaced(List<LogRecord> log) {
        return log.stream()
                .map(record -> at(record.offset() * ROOM, spacedReport(record)))
                .toList();
    }

    private static LogRecord spacedReport(LogRecord record) {
        RegionEvent event = parse(record);
        if (event == null || !event.hasDeletionReport()) {
            return record;
        }
        String[] id = event.getDeletionReport().getCommandId().split("-", -1);
        if (id.length != 3 || !id[1].matches("[0-9]{1,12}")) {
            return record;
        }
        long last = Long.parseLong(id[1]) * ROOM + ROOM - 1;
        RegionEvent.Builder spaced = event.toBuilder();
        spaced.getDeletionReportBuilder().setCommandId(id[0] + "-" + last + "-" + id[2]);
        return new LogRecord(
                record.partition(),
                record.offset(),
                record.appendTime(),
                record.key(),
                spaced.build().toByteArray());
    }

    private static LogRecord at(long offset, LogRecord record) {
        return new LogRecord(record.partition(), offset, record.appendTime(), record.key(), record.value());
    }

    private static boolean isTick(LogRecord record) {
        RegionEvent event = parse(record);
        return event != null && event.hasTick();
    }

    private static @Nullable RegionEvent parse(LogRecord record) {
        byte[] value = record.value();
        try {
            return value == null ? null : RegionEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }
}
