package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.CrashingStore;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RestorationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");
    private static final RegionRoot ROOT = new RegionRoot(RegionId.of("r1"), "r1");
    private static final CallGuard FREE = length -> Optional.empty();
    private static final Treatment.CommandName COMMAND = new Treatment.CommandName("0-7-0", NOW);
    private static final ObjectKey FILE = ObjectKey.of("r1/1");

    private final MemoryObjectStore objects = new MemoryObjectStore(() -> NOW);
    private final List<FileRef> announced = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();

    private static FileStore store(ObjectStore objects) {
        return new FileStore(objects, RootShape.parse("{region}"));
    }

    private static FileResult trash(ObjectStore objects) {
        Deletion deletion = new Deletion(FilePath.of("1"), new Expectation(null, null, null, null));
        return store(objects).trashMany(ROOT, List.of(deletion), COMMAND, FREE).getFirst();
    }

    private List<TrashedFile> trashed() throws Exception {
        List<TrashedFile> files = new ArrayList<>();
        store(objects).trash().list(Optional.empty(), files::add, FREE);
        return files;
    }

    private List<Moved> restore(ObjectStore through, Announcement log) throws Exception {
        return new Restoration(store(through), logged(log))
                .restore(ROOT.region(), trashed(), FREE).stream()
                        .map(Restoration.Restored::moved)
                        .toList();
    }

    @FunctionalInterface
    private interface Announcement {
        void fileWritten(RegionId region, FileRef file);
    }

    private Restoration.Log logged(Announcement log) {
        return new Restoration.Log() {
            @Override
            public void fileWritten(RegionId region, FileRef file) {
                log.fileWritten(region, file);
            }

            @Override
            public void hold(RegionId region, Hold hold) {
                assertThat(region).isEqualTo(ROOT.region());
                assertThat(objects.keys()).as("not restored yet").doesNotContain(FILE);
                holds.add(hold);
            }
        };
    }

    private void announce(RegionId region, FileRef file) {
        assertThat(region).isEqualTo(ROOT.region());
        announced.add(file);
    }

    @Test
    void announcesAFileBeforeItIsThereAndAgainAsItIs() throws Exception {
        objects.put(FILE, new byte[5], NOW);
        trash(objects);
        List<Boolean> there = new ArrayList<>();

        List<Moved> moved = restore(objects, (region, file) -> {
            announce(region, file);
            there.add(objects.keys().contains(FILE));
        });

        assertThat(moved).containsExactly(new Moved.Done(5));
        assertThat(there).containsExactly(false, true);
        assertThat(announced).allSatisfy(file -> {
            assertThat(file.getPath()).isEqualTo("1");
            assertThat(file.getSizeBytes()).isEqualTo(5);
            assertThat(file.getModifiedAt().getSeconds()).isEqualTo(NOW.getEpochSecond());
        });
    }

    @Test
    void revokesWhatIsStillOnItsWayToTheFileBeforeItIsThere() throws Exception {
        objects.put(FILE, new byte[5], NOW);
        trash(objects);

        restore(objects, this::announce);

        assertThat(holds).hasSize(2).allSatisfy(hold -> {
            assertThat(hold.getHoldId()).isNotEmpty().isEqualTo(holds.getFirst().getHoldId());
            assertThat(hold.getPathPrefix()).isEqualTo("1");
        });
        assertThat(holds).extracting(Hold::getReleased).containsExactly(false, true);
    }

    @Test
    void leavesAFileAloneThatHasTakenThePlaceAndSaysNothingOfItToTheLog() throws Exception {
        objects.put(FILE, new byte[5], NOW);
        trash(objects);
        objects.put(FILE, new byte[6], NOW);

        assertThat(restore(objects, this::announce)).singleElement().isInstanceOf(Moved.Taken.class);

        assertThat(announced).isEmpty();
        assertThat(trashed()).hasSize(1);
    }

    @Test
    void touchesNothingWithoutTheLock() throws Exception {
        objects.put(FILE, new byte[5], NOW);
        trash(objects);

        List<Restoration.Restored> restored = new Restoration(store(objects), logged(this::announce))
                .restore(ROOT.region(), trashed(), length -> Optional.of("lost"));

        assertThat(restored)
                .singleElement()
                .satisfies(each -> assertThat(each.moved()).isInstanceOf(Moved.Unknown.class));
        assertThat(announced).isEmpty();
        assertThat(objects.keys()).doesNotContain(FILE);
    }

    @Test
    void losesNothingAndDoesNothingTwiceWhereverTrashingCrashes() throws Exception {
        int step = 0;
        for (boolean crashed = true; crashed; step++) {
            objects.put(FILE, new byte[5], NOW);
            crashed = crashes(new CrashingStore(objects, step), CrashingCall.TRASH);

            assertThat(objects.keys()).as("after a crash at step %s", step).hasSize(1);
            assertThat(trash(objects).outcome()).isEqualTo(Outcome.TRASHED);
            assertThat(trashed()).hasSize(1);
            assertThat(restore(objects, this::announce)).containsExactly(new Moved.Done(5));
        }
        assertThat(step).as("steps at which it crashed").isGreaterThan(2);
    }

    @Test
    void losesNothingAndDoesNothingTwiceWhereverRestoringCrashes() throws Exception {
        int step = 0;
        for (boolean crashed = true; crashed; step++) {
            objects.put(FILE, new byte[5], NOW);
            assertThat(trash(objects).outcome()).isEqualTo(Outcome.TRASHED);
            announced.clear();
            crashed = crashes(new CrashingStore(objects, step), CrashingCall.RESTORE);

            assertThat(objects.keys()).as("after a crash at step %s", step).hasSize(1);
            if (objects.keys().contains(FILE)) {
                assertThat(announced).as("known to the log, step %s", step).isNotEmpty();
            }
            restore(objects, this::announce);
            assertThat(objects.keys()).containsExactly(FILE);
            assertThat(trashed()).isEmpty();
        }
        assertThat(step).as("steps at which it crashed").isGreaterThan(5);
    }

    private enum CrashingCall {
        TRASH,
        RESTORE
    }

    private boolean crashes(CrashingStore dying, CrashingCall call) throws Exception {
        try {
            switch (call) {
                case TRASH -> trash(dying);
                case RESTORE ->
                    restore(dying, (region, file) -> {
                        dying.step();
                        announce(region, file);
                        dying.step();
                    });
            }
            return false;
        } catch (CrashingStore.Crash crash) {
            return true;
        }
    }
}
