package io.sexton.demo.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.demo.database.EngineEvent.Broken;
import io.sexton.demo.database.EngineEvent.CompactionAborted;
import io.sexton.demo.database.EngineEvent.CompactionBegun;
import io.sexton.demo.database.EngineEvent.CompactionCommitted;
import io.sexton.demo.database.EngineEvent.FileCompacted;
import io.sexton.demo.database.EngineEvent.FileFlushed;
import io.sexton.demo.database.EngineEvent.FlushCommitted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineTest {

    @TempDir
    private Path node;

    @Test
    void emitsEveryChangeOfItsLiveFiles() throws Exception {
        List<EngineEvent> events = new CopyOnWriteArrayList<>();
        Workload workload = StoredRegions.workload();
        try (Engine engine = Engine.open(node, workload, 0, events::add)) {
            for (long number = 1; number <= 30_000; number++) {
                engine.apply(workload.operation(number));
            }
            engine.quiesce();

            Followed followed = new Followed();
            events.forEach(followed::follow);
            assertThat(followed.live).isEqualTo(engine.liveFiles());
            assertThat(followed.operations).isEqualTo(30_000);
            assertThat(followed.compactions).isPositive();
        }
    }

    @Test
    void keepsAFinishedFileWhenRocksDbDeletesItsOwn() throws Exception {
        List<EngineEvent> events = new CopyOnWriteArrayList<>();
        Workload workload = StoredRegions.workload();
        try (Engine engine = Engine.open(node, workload, 0, events::add)) {
            for (long number = 1; number <= 30_000; number++) {
                engine.apply(workload.operation(number));
            }
            engine.quiesce();

            List<FileFlushed> compactedAway = events.stream()
                    .filter(FileFlushed.class::isInstance)
                    .map(FileFlushed.class::cast)
                    .filter(file -> !engine.liveFiles().contains(file.name()))
                    .toList();
            assertThat(compactedAway).isNotEmpty().allSatisfy(file -> {
                assertThat(engine.local(file.name())).doesNotExist();
                assertThat(file.copy()).isNotEmptyFile();
            });
        }
    }

    @Test
    void emitsTheFailureOfACallback() throws Exception {
        List<EngineEvent> events = new CopyOnWriteArrayList<>();
        Workload workload = StoredRegions.workload();
        try (Engine engine = Engine.open(node, workload, 0, events::add)) {
            Files.delete(node.resolve("upload"));
            engine.apply(workload.operation(1));
            engine.quiesce();

            assertThat(events).anyMatch(Broken.class::isInstance);
        }
    }

    /** RocksDB's list of files, by its callbacks. */
    private static final class Followed {
        private final Set<String> written = new TreeSet<>();
        private final Set<String> live = new TreeSet<>();
        private long operations;
        private int compactions;

        void follow(EngineEvent event) {
            switch (event) {
                case FileFlushed file -> written.add(file.name());
                case FileCompacted file -> written.add(file.name());
                case FlushCommitted flush -> {
                    assertThat(written).contains(flush.name());
                    live.add(flush.name());
                    operations = flush.operations();
                }
                case CompactionBegun begun -> {}
                case CompactionCommitted compaction -> {
                    assertThat(live).containsAll(compaction.inputs());
                    live.removeAll(compaction.inputs());
                    assertThat(written).containsAll(compaction.outputs());
                    live.addAll(compaction.outputs());
                    compactions++;
                }
                case CompactionAborted aborted -> throw new AssertionError(aborted);
                case Broken broken -> throw new AssertionError(broken);
            }
        }
    }
}
