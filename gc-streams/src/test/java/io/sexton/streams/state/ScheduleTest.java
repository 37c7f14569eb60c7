package io.sexton.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.KnownFile.Entry;
import io.sexton.testkit.SeededRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The schedule beside a map of the same files, each with its time. */
final class ScheduleTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SEEDS = 200;
    private static final int RECORDS = 60;

    private OrderedStore store = new MemoryStore();
    private ScheduleBounds bounds = new ScheduleBounds(store);
    private Schedule schedule = new Schedule(store, bounds);
    private long offset;

    /** A file: its region and its path. */
    private record File(RegionId region, FilePath path) {}

    private final Map<File, Entry> files = new HashMap<>();

    @Test
    void returnsEachFileThatIsDueOnceAndInOrder() {
        for (int seed = 0; seed < SEEDS; seed++) {
            SeededRandom random = new SeededRandom(seed);
            begin();
            for (int record = 0; record < RECORDS; record++) {
                schedule.begin(++offset);
                change(random);
                if (random.nextInt(3) == 0) {
                    examine(random, START.plusMillis(random.nextInt(12)), seed);
                }
                flush();
                assertThat(schedule.earliest())
                        .as("seed %d", seed)
                        .isEqualTo(files.values().stream().map(Entry::due).min(Instant::compareTo));
                if (random.nextInt(10) == 0) {
                    restart();
                }
            }
        }
    }

    @Test
    void storesTheFilesThatARecordMakesDueTogetherInFewRows() {
        schedule.begin(7);
        for (int i = 0; i < 1_000; i++) {
            add(new File(RegionId.of("r"), FilePath.of("data/%04d".formatted(i))), START);
        }
        flush();

        assertThat(rows()).hasSizeLessThan(8);

        schedule.begin(8);
        new ArrayList<>(files.keySet()).forEach(this::remove);
        flush();
        assertThat(rows()).as("the bounds").hasSize(1);
        assertThat(schedule.earliest()).isEmpty();
    }

    @Test
    void refusesToRemoveMoreFilesThanABatchHas() {
        schedule.begin(7);
        File a = new File(RegionId.of("r"), FilePath.of("a"));
        Entry entry = schedule.add(a.region, a.path, START);
        schedule.add(a.region, FilePath.of("b"), START);
        flush();
        schedule.begin(8);
        schedule.remove(a.region, a.path, entry);
        schedule.remove(a.region, a.path, entry);

        assertThatThrownBy(() -> schedule.remove(a.region, a.path, entry)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void forgetsABatchAcrossTicks() {
        schedule.begin(7);
        for (String path : List.of("a", "b", "c")) {
            schedule.forgetAt(START, RegionId.of("r"), FilePath.of(path));
        }
        schedule.forgetAt(START, RegionId.of("s"), FilePath.of("a"));
        flush();
        restart();
        List<String> forgotten = new ArrayList<>();

        assertThat(schedule.takeForgotten(START.minusMillis(1), entry -> forgotten.add(name(entry))))
                .isTrue();
        assertThat(forgotten).isEmpty();
        for (int tick = 0; tick < 4; tick++) {
            assertThat(schedule.earliest()).contains(START);
            assertThat(schedule.takeForgotten(START, entry -> !forgotten.add(name(entry))))
                    .isFalse();
            flush();
            restart();
        }

        assertThat(forgotten).containsExactly("r/a", "r/b", "r/c", "s/a");
        assertThat(schedule.takeForgotten(START, entry -> forgotten.add(name(entry))))
                .isTrue();
        assertThat(forgotten).hasSize(4);
        assertThat(schedule.earliest()).isEmpty();
    }

    private void begin() {
        store = new MemoryStore();
        files.clear();
        offset = 0;
        restart();
    }

    private void restart() {
        bounds = new ScheduleBounds(store);
        schedule = new Schedule(store, bounds);
    }

    private void flush() {
        schedule.flush();
        bounds.flush();
    }

    /** Adds, moves and removes files; often several to the same time, so that their batches overlap. */
    private void change(SeededRandom random) {
        int changes = random.nextInt(30);
        Instant together = START.plusMillis(random.nextInt(10));
        for (int i = 0; i < changes; i++) {
            File file = new File(RegionId.of("r" + random.nextInt(3)), FilePath.of("f" + random.nextInt(40)));
            if (files.containsKey(file)) {
                remove(file);
            }
            if (random.nextInt(4) > 0) {
                add(file, random.nextInt(5) == 0 ? START.plusMillis(random.nextInt(10)) : together);
            }
        }
    }

    private void add(File file, Instant at) {
        files.put(file, schedule.add(file.region, file.path, at));
    }

    private void remove(File file) {
        schedule.remove(file.region, file.path, Objects.requireNonNull(files.remove(file)));
    }

    /** Walks over what is due by pages, and lets files leave meanwhile; ends before the end at times. */
    private void examine(SeededRandom random, Instant clock, int seed) {
        List<String> expected = List.copyOf(sorted(clock).values());
        int bound = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : Integer.MAX_VALUE;
        List<String> examined = new ArrayList<>();
        DueEntry last = null;
        List<DueEntry> page = schedule.due(null, clock, 7);
        while (!page.isEmpty() && examined.size() < bound) {
            for (DueEntry entry : page) {
                File file = new File(entry.region(), entry.pathOfFile());
                Entry known = files.get(file);
                if (known != null && known.isDueAt(entry.due())) {
                    if (examined.size() == bound) {
                        last = entry;
                        break;
                    }
                    examined.add(name(entry));
                    remove(file);
                }
                last = entry;
            }
            page = schedule.due(last, clock, 7);
        }
        if (examined.size() < expected.size() && last != null) {
            assertThat(examined).as("seed %d", seed).isEqualTo(expected.subList(0, examined.size()));
            schedule.raiseFloorTo(last);
        } else {
            assertThat(examined).as("seed %d", seed).isEqualTo(expected);
            schedule.raiseFloorAbove(clock);
        }
    }

    private Map<String, String> sorted(Instant clock) {
        Map<String, String> due = new TreeMap<>();
        files.forEach((file, entry) -> {
            @Nullable Instant at = entry.due();
            if (at != null && !at.isAfter(clock)) {
                due.put(at.toEpochMilli() + " " + file.region + " " + file.path, file.region + "/" + file.path);
            }
        });
        return due;
    }

    private static String name(DueEntry entry) {
        return entry.region() + "/" + entry.pathOfFile();
    }

    private List<OrderedStore.Entry> rows() {
        return store.page(new byte[] {0}, new byte[] {(byte) 0xFE}, Integer.MAX_VALUE);
    }
}
