package io.sexton.deleter.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.storage.CrashingStore;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.MemoryObjectStore;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

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

    /** Changes what is written to it. */
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
