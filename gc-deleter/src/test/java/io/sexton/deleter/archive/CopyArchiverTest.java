package io.sexton.deleter.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.CrashingStore;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CopyArchiverTest {

    private static final ObjectKey COPY = ObjectKey.of("r-c1/1767225600000-0-9-0/c1/h/1");

    private final Checkpoints region = new Checkpoints();
    private final MemoryObjectStore target = new MemoryObjectStore(() -> Checkpoints.DAY);

    private void put() {
        region.put("h/1", "content");
    }

    private String copy() throws StorageProblemException, IOException {
        try (InputStream in = target.read(COPY)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void copiesVerifiesAndThenDeletes() throws Exception {
        put();

        assertThat(region.archive(new CopyArchiver(target))).containsExactly(new FileResult(Outcome.ARCHIVED, "", 7));

        assertThat(region.paths()).isEmpty();
        assertThat(copy()).isEqualTo("content");
        assertThat(Checkpoints.archive(region.objects, new CopyArchiver(target), List.of("h/1")))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT);
    }

    @Test
    void keepsAFileWhoseCopyIsNotWhatWasRead() {
        for (UnaryOperator<byte[]> corruption : List.<UnaryOperator<byte[]>>of(
                bytes -> "contend".getBytes(StandardCharsets.UTF_8), bytes -> new byte[3], bytes -> new byte[9])) {
            put();
            ObjectStore corrupting = new CorruptingStore(target, corruption);

            assertThat(region.archive(new CopyArchiver(corrupting)))
                    .extracting(FileResult::outcome)
                    .containsExactly(Outcome.FAILED_RETRYABLE);
            assertThat(region.paths()).containsExactly("h/1");
        }
    }

    /** Archives under another command, because gc-streams condemns the remaining files again. */
    private List<FileResult> call(SlowStore slow, int attempt) {
        Treatment.CommandName command = new Treatment.CommandName("0-" + attempt + "-0", Checkpoints.DAY);
        return Checkpoints.archive(slow, new CopyArchiver(target), region.paths(), command, slow.call());
    }

    @Test
    void deletesInEveryCallWhatItHasArchivedAndCopiesNothingTwice() {
        for (int i = 0; i < 30; i++) {
            region.put("h/" + i, "content");
        }
        SlowStore slow = new SlowStore(region.objects, Duration.ofMillis(400));

        assertThat(call(slow, 0)).filteredOn(CopyArchiverTest::isArchived).hasSize(23);
        assertThat(region.paths()).hasSize(7);
        assertThat(call(slow, 1)).hasSize(7).allMatch(CopyArchiverTest::isArchived);

        assertThat(region.paths()).isEmpty();
        assertThat(target.keys()).hasSize(30);
    }

    private static boolean isArchived(FileResult result) {
        return result.outcome() == Outcome.ARCHIVED;
    }

    @Test
    void getsOnInEveryCallHoweverSlowTheStorageIs() {
        for (int seconds : List.of(1, 2, 4, 9)) {
            for (int i = 0; i < 10; i++) {
                region.put("h/" + i, "content");
            }
            SlowStore slow = new SlowStore(region.objects, Duration.ofSeconds(seconds));
            for (int left = 10; left > 0; left = region.paths().size()) {
                assertThat(call(slow, left)).as("%s s a file", seconds).anyMatch(CopyArchiverTest::isArchived);
                assertThat(region.paths()).hasSizeLessThan(left);
            }
        }
    }

    @Test
    void namesTheTimeoutForAFileThatIsTooLargeAndArchivesTheOthers() {
        region.put("h/0-large", "x".repeat(1 << 20));
        region.put("h/1-small", "content");
        SlowStore slow = new SlowStore(region.objects, Duration.ofSeconds(1));

        assertThat(call(slow, 0))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE, Outcome.ARCHIVED);
        assertThat(call(slow, 1)).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
            assertThat(result.detail()).contains("not read to its end").contains("sexton.storage.call-timeout");
        });

        assertThat(region.paths()).containsExactly("h/0-large");
        assertThat(target.keys()).as("nothing of the large one is left").hasSize(1);
        assertThat(slow.nanoTime()).isLessThan(Duration.ofSeconds(21).toNanos());
    }

    @Test
    void checksNothingOnceTheGuardRefuses() {
        put();

        assertThat(Checkpoints.archive(
                        region.objects,
                        new CopyArchiver(target),
                        region.paths(),
                        Checkpoints.COMMAND,
                        length -> Optional.of("the lease ends")))
                .singleElement()
                .satisfies(result -> assertThat(result.detail()).contains("not checked: the lease ends"));
    }

    @Test
    void beginsInAnEmptyDirectoryThatItsMarkerVouchesFor(@TempDir Path archive) throws Exception {
        put();
        CopyArchiver unmarked = new CopyArchiver(new LocalObjectStore(new LocalStoreSettings(archive, null)));
        assertThat(region.archive(unmarked))
                .singleElement()
                .satisfies(result -> assertThat(result.detail()).contains("configure a marker"));
        CopyArchiver marked = new CopyArchiver(new LocalObjectStore(new LocalStoreSettings(archive, ".marker")));
        assertThat(region.archive(marked))
                .singleElement()
                .satisfies(result -> assertThat(result.detail()).contains("lacks its marker"));
        assertThat(region.paths()).containsExactly("h/1");

        Files.createFile(archive.resolve(".marker"));

        assertThat(region.archive(marked)).containsExactly(new FileResult(Outcome.ARCHIVED, "", 7));
        assertThat(archive.resolve(COPY.value())).hasContent("content");
    }

    @Test
    void losesNothingWhereverItCrashes() throws Exception {
        int step = 0;
        for (boolean crashed = true; crashed; step++) {
            put();
            crashed = crashes(step);

            assertThat(region.paths().isEmpty() ? copy() : "content")
                    .as("after a crash at step %s", step)
                    .isEqualTo("content");
            assertThat(Checkpoints.archive(region.objects, new CopyArchiver(target), List.of("h/1")))
                    .extracting(FileResult::outcome)
                    .isSubsetOf(Outcome.ARCHIVED, Outcome.ALREADY_ABSENT);
            assertThat(region.paths()).isEmpty();
            assertThat(target.keys()).containsExactly(COPY);
        }
        assertThat(step).isGreaterThan(5);
    }

    private boolean crashes(int step) {
        // One count of steps over both stores.
        CrashingStore dying = new CrashingStore(region.objects, step);
        ObjectStore dyingTarget = new CorruptingStore(target, bytes -> {
            dying.step();
            return bytes;
        });
        try {
            Checkpoints.archive(dying, new CopyArchiver(dyingTarget), List.of("h/1"));
            return false;
        } catch (CrashingStore.Crash crash) {
            return true;
        }
    }

    /** A store that changes the content written to it. */
    private static final class CorruptingStore extends ForwardingObjectStore {
        private final UnaryOperator<byte[]> corruption;

        CorruptingStore(ObjectStore store, UnaryOperator<byte[]> corruption) {
            super(store);
            this.corruption = corruption;
        }

        @Override
        public void write(ObjectKey key, long sizeBytes, InputStream content)
                throws StorageProblemException, IOException {
            byte[] written = corruption.apply(content.readAllBytes());
            super.write(key, written.length, new ByteArrayInputStream(written));
        }
    }
}
