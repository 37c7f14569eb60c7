package io.sexton.deleter.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.CrashingStore;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.proto.FilePath;
import io.sexton.v1.Outcome;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The contract of an {@link Archiver}: no file is deleted that the archive does not hold, and none is archived twice.
 *
 * <p>A kind of archive needs one class that implements {@link Archiver}, and one test that extends this class and
 * implements {@link #archiver} and {@link #kept}. It comes in the test jar of gc-deleter: docs/storage.md.
 */
public abstract class ArchiverContract {
    private static final int MIN_STEPS = 5;

    private final Checkpoints region = new Checkpoints();

    /** Returns an archiver of the archive of this test, which is empty at the test's beginning. */
    protected abstract Archiver archiver() throws Exception;

    /**
     * Returns the paths whose whole content the archive holds, read by another way than the archiver's. A path that it
     * holds twice is named twice.
     */
    protected abstract List<String> kept() throws Exception;

    /** Returns the content of the file with a number; a metric checkpoint by default. It must depend on the number. */
    protected String content(int number) {
        return Checkpoints.checkpoint(Checkpoints.DAY, number);
    }

    /** Puts the file with a number into the region and returns its path, which begins with a directory of its own. */
    private String put(int number) {
        String path = "host-%03d/1.json".formatted(number);
        region.put(path, content(number));
        return path;
    }

    private List<String> put(int first, int count) {
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            paths.add(put(first + i));
        }
        return paths;
    }

    private List<Archiver.Candidate> candidates(List<String> paths) {
        return paths.stream()
                .map(path -> {
                    ObjectKey key = ObjectKey.of(Checkpoints.ROOT.root() + "/" + path);
                    Lookup.Found found = (Lookup.Found) region.objects.stat(key);
                    return new Archiver.Candidate(FilePath.of(path), key, found.facts());
                })
                .toList();
    }

    @Test
    void deletesFilesThatItHasArchived() throws Exception {
        List<String> paths = put(0, 5);

        assertThat(region.archive(archiver()))
                .hasSize(5)
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.ARCHIVED);

        assertThat(region.paths()).isEmpty();
        assertThat(kept()).containsExactlyInAnyOrderElementsOf(paths);
    }

    @Test
    void returnsOneResultForEachFileInTheirOrder() throws Exception {
        List<String> paths = put(0, 3);
        ObjectStore unreadable = new ForwardingObjectStore(region.objects) {
            @Override
            public InputStream read(ObjectKey key) throws StorageProblemException {
                if (key.value().endsWith(paths.get(1))) {
                    throw StorageProblemException.unknown("a fault");
                }
                return super.read(key);
            }
        };

        List<Archiver.Archived> archived = archiver()
                .archive(unreadable, Checkpoints.ROOT, candidates(paths), Checkpoints.COMMAND, Checkpoints.FREE);

        assertThat(archived).hasSize(3);
        assertThat(archived.get(0)).isInstanceOf(Archiver.Archived.Kept.class);
        assertThat(archived.get(1)).isInstanceOf(Archiver.Archived.NotKept.class);
        assertThat(archived.get(2)).isInstanceOf(Archiver.Archived.Kept.class);
        assertThat(kept()).containsExactlyInAnyOrder(paths.get(0), paths.get(2));
        assertThat(region.paths()).as("an archiver deletes nothing").isEqualTo(paths);
    }

    @Test
    void archivesNothingTwiceWhenTheFilesWereNotDeleted() throws Exception {
        List<String> paths = put(0, 3);
        ObjectStore failing = new ForwardingObjectStore(region.objects) {
            @Override
            public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
                return objects.stream()
                        .map(each -> FileResult.retryable("a fault"))
                        .toList();
            }
        };
        assertThat(Checkpoints.archive(failing, archiver(), paths))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.FAILED_RETRYABLE);

        assertThat(region.archive(archiver())).extracting(FileResult::outcome).containsOnly(Outcome.ARCHIVED);

        assertThat(kept()).containsExactlyInAnyOrderElementsOf(paths);
    }

    @Test
    void reportsFilesThatAreGoneAsAbsent() throws Exception {
        assertThat(Checkpoints.archive(region.objects, archiver(), List.of("host-000/1.json")))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT);

        assertThat(kept()).isEmpty();
    }

    @Test
    void startsNoFileOnceTheGuardStops() throws Exception {
        List<String> paths = put(0, 3);
        CallGuard stopped = length -> Optional.of("the region's lock is lost");

        assertThat(archiver()
                        .archive(region.objects, Checkpoints.ROOT, candidates(paths), Checkpoints.COMMAND, stopped))
                .hasSize(3)
                .allMatch(each -> each instanceof Archiver.Archived.NotKept);

        assertThat(kept()).isEmpty();
    }

    @Test
    void takesAtLeastOneFileAtOnceAndNoMoreThanThereAre() throws Exception {
        List<Archiver.Candidate> files = candidates(put(0, 5));

        for (int before = 0; before < 200; before += 7) {
            assertThat(archiver().atOnce(files, before)).isBetween(1, files.size());
        }
    }

    @Test
    void losesNothingAndArchivesNothingTwiceWhereverACallCrashes() throws Exception {
        List<String> all = new ArrayList<>();
        int step = 0;
        for (boolean crashed = true; crashed; step++) {
            List<String> paths = put(2 * step, 2);
            all.addAll(paths);
            crashed = crashes(step, paths);
            assertThat(kept())
                    .as("what is deleted after a crash at step %s is in the archive", step)
                    .containsAll(paths.stream()
                            .filter(path -> !region.paths().contains(path))
                            .toList());

            assertThat(Checkpoints.archive(region.objects, archiver(), paths))
                    .extracting(FileResult::outcome)
                    .isSubsetOf(Outcome.ARCHIVED, Outcome.ALREADY_ABSENT);

            assertThat(region.paths()).isEmpty();
            assertThat(kept()).as("after a crash at step %s", step).containsExactlyInAnyOrderElementsOf(all);
        }
        assertThat(step).isGreaterThan(MIN_STEPS);
    }

    private boolean crashes(int step, List<String> paths) throws Exception {
        Archiver archiver = archiver();
        try {
            // Where a file is read by a thread of its own, a crash there is the failure of that file.
            return Checkpoints.archive(new CrashingStore(region.objects, step), archiver, paths).stream()
                    .anyMatch(result -> result.outcome() == Outcome.FAILED_RETRYABLE);
        } catch (CrashingStore.Crash crash) {
            return true;
        }
    }
}
