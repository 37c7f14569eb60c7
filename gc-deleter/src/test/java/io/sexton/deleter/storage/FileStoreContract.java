package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store must do, whatever lies behind it. The store has the root shape {@code {region}}. */
abstract class FileStoreContract {

    static final Instant WRITTEN = Instant.parse("2026-01-01T10:00:00.123Z");
    static final RegionRoot ROOT = new RegionRoot(RegionId.of("r1"), "r1");
    static final CallGuard FREE = Optional::empty;

    /** The store under test; the same one within a test. */
    abstract FileStore store();

    /** Puts a file into the store. */
    abstract void put(String key, int sizeBytes, Instant modifiedAt);

    /** Whether the store holds a file under this key. */
    abstract boolean holds(String key);

    static Deletion deletion(String path) {
        return new Deletion(FilePath.of(path), new Expectation(null, null, null, null));
    }

    static Deletion deletion(String path, long sizeBytes, Instant modifiedAt) {
        return new Deletion(FilePath.of(path), new Expectation(null, sizeBytes, modifiedAt, null));
    }

    static Deletion writtenBefore(String path, @Nullable Instant limit) {
        return new Deletion(FilePath.of(path), new Expectation(null, null, null, limit));
    }

    final FileResult delete(Deletion deletion) {
        return store().deleteMany(ROOT, List.of(deletion), FREE).getFirst();
    }

    @Test
    void deletesAFileAndSaysHowLargeItWas() {
        put("r1/a/1.sst", 7, WRITTEN);

        assertThat(delete(deletion("a/1.sst"))).isEqualTo(new FileResult(Outcome.DELETED, "", 7));
        assertThat(holds("r1/a/1.sst")).isFalse();
    }

    @Test
    void saysThatAFileIsAlreadyAbsent() {
        put("r1/other", 1, WRITTEN);

        assertThat(delete(deletion("1.sst")).outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(delete(deletion("no/such/1.sst")).outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(store().stat(ROOT, FilePath.of("1.sst"))).isInstanceOf(Lookup.Absent.class);
    }

    @Test
    void answersForEachFileInTheOrderAsked() {
        put("r1/1", 1, WRITTEN);
        put("r1/3", 3, WRITTEN);
        put("r1/4", 4, WRITTEN);

        List<FileResult> results = store().deleteMany(
                        ROOT, List.of(deletion("1"), deletion("2"), deletion("3", 30, WRITTEN), deletion("4")), FREE);

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT, Outcome.CHANGED, Outcome.DELETED);
        assertThat(holds("r1/3")).isTrue();
    }

    @Test
    void keepsAFileOfAnotherSizeOrTime() {
        put("r1/1", 5, WRITTEN);

        assertThat(delete(deletion("1", 6, WRITTEN)).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(delete(deletion("1", 5, WRITTEN.plusMillis(1))).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(holds("r1/1")).isTrue();
        assertThat(delete(deletion("1", 5, WRITTEN)).outcome()).isEqualTo(Outcome.DELETED);
    }

    @Test
    void keepsAFileThatWasWrittenAfterItBecameGarbage() {
        put("r1/1", 5, WRITTEN);

        assertThat(delete(writtenBefore("1", WRITTEN.minusMillis(1))).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(holds("r1/1")).isTrue();
        assertThat(delete(writtenBefore("1", WRITTEN)).outcome()).isEqualTo(Outcome.DELETED);
    }

    @Test
    void refusesARootThatIsNotTheRegionsOwn() {
        put("r2/1", 5, WRITTEN);
        put("r1/1", 5, WRITTEN);

        for (String root : List.of("r2", "r1/sub", "..", "../r1", "/r1", "", "r1/", ".trash", "r1/../r2")) {
            RegionRoot claimed = new RegionRoot(ROOT.region(), root);
            assertThat(store().deleteMany(claimed, List.of(deletion("1")), FREE))
                    .as("root '%s'", root)
                    .extracting(FileResult::outcome)
                    .containsExactly(Outcome.REFUSED);
            assertThat(store().stat(claimed, FilePath.of("1"))).isInstanceOf(Lookup.Refused.class);
        }
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("r2/1")).isTrue();
    }

    @Test
    void touchesNothingOnceTheGuardSaysStop() {
        put("r1/1", 5, WRITTEN);
        put("r1/2", 5, WRITTEN);
        int[] asked = {0};
        CallGuard once = () -> asked[0]++ == 0 ? Optional.empty() : Optional.of("the lease ends");

        List<FileResult> results = store().deleteMany(ROOT, List.of(deletion("1"), deletion("2")), once);

        assertThat(results).extracting(FileResult::outcome).containsExactly(Outcome.DELETED, Outcome.FAILED_RETRYABLE);
        assertThat(results.get(1).detail()).contains("the lease ends");
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void foretellsInADryRunAndTouchesNothing() {
        put("r1/1", 5, WRITTEN);
        put("r1/2", 5, WRITTEN);

        List<FileResult> results =
                DryRun.of(store(), ROOT, List.of(deletion("1"), deletion("2", 6, WRITTEN), deletion("3")), FREE);

        assertThat(results)
                .containsExactly(
                        new FileResult(Outcome.WOULD_DELETE, "", 5),
                        FileResult.of(Outcome.CHANGED, results.get(1).detail()),
                        FileResult.of(Outcome.ALREADY_ABSENT, results.get(2).detail()));
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void seesSizeAndTime() {
        put("r1/1", 5, WRITTEN.plus(Duration.ofDays(1)));

        assertThat(store().stat(ROOT, FilePath.of("1"))).isInstanceOfSatisfying(Lookup.Found.class, found -> {
            assertThat(found.facts().sizeBytes()).isEqualTo(5);
            assertThat(found.facts().modifiedAt()).isEqualTo(WRITTEN.plus(Duration.ofDays(1)));
        });
    }
}
