package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Condemnation;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract of an {@link ObjectStore}, and of the roots of regions on top of it.
 *
 * <p>A kind of storage needs one class that implements {@link ObjectStore}, and one test that extends {@link TrashContract},
 * which includes this contract, and implements the four abstract methods below. It comes in the test jar of gc-deleter:
 * docs/storage.md.
 */
public abstract class ObjectStoreContract {

    protected static final RegionRoot ROOT = new RegionRoot(RegionId.of("r1"), "r1");
    protected static final CallGuard FREE = length -> Optional.empty();
    protected static final Expectation ANYTHING = new Expectation(null, null, null, null);

    /** Returns the store under test; its content is the same within a test, and empty at its beginning. */
    protected abstract ObjectStore objects();

    /** Returns the store on storage that does not exist: a missing bucket, a volume that is not mounted. */
    protected abstract Optional<ObjectStore> onMissingStorage();

    /** Puts an object into the storage, by another way than the store's. */
    protected abstract void put(String key, byte[] bytes);

    /** Returns true if the storage holds an object under this key, by another way than the store's. */
    protected abstract boolean holds(String key);

    /**
     * Returns true if the store moves by one operation that is atomic, such as a rename. Without it a move copies, then
     * deletes, and the contract requires that it can stop between.
     */
    protected boolean isMoveAtomic() {
        return false;
    }

    protected final FileStore store() {
        return new FileStore(objects(), RootShape.parse("{region}"));
    }

    protected final FileStore store(StoreRules rules) {
        return new FileStore(objects(), rules, null);
    }

    protected static StoreRules rules() {
        return StoreRules.withoutFloors(Roots.named(RootShape.parse("{region}")));
    }

    protected static Deletion condemned(String path, Reason reason, Instant since, Instant decidedAt) {
        return new Deletion(FilePath.of(path), ANYTHING, false, new Condemnation(reason, since, decidedAt));
    }

    protected final void put(String key, int sizeBytes) {
        put(key, new byte[sizeBytes]);
    }

    protected final ObjectFacts facts(String key) {
        assertThat(objects().stat(ObjectKey.of(key))).isInstanceOf(Lookup.Found.class);
        return ((Lookup.Found) objects().stat(ObjectKey.of(key))).facts();
    }

    protected static Deletion deletion(String path) {
        return new Deletion(FilePath.of(path), ANYTHING);
    }

    protected static Deletion revoked(String path) {
        return new Deletion(FilePath.of(path), ANYTHING, true);
    }

    protected static Deletion deletion(String path, @Nullable Long sizeBytes, @Nullable Instant modifiedAt) {
        return new Deletion(FilePath.of(path), new Expectation(null, sizeBytes, modifiedAt, null));
    }

    protected static Deletion writtenBefore(String path, @Nullable Instant limit) {
        return new Deletion(FilePath.of(path), new Expectation(null, null, null, limit));
    }

    protected final FileResult delete(Deletion deletion) {
        return store().deleteMany(ROOT, List.of(deletion), FREE).getFirst();
    }

    @Test
    void deletesAFileAndReportsItsSize() {
        put("r1/a/1.sst", 7);

        assertThat(delete(deletion("a/1.sst"))).isEqualTo(new FileResult(Outcome.DELETED, "", 7));
        assertThat(holds("r1/a/1.sst")).isFalse();
    }

    @Test
    void reportsAFileAsAlreadyAbsent() {
        put("r1/other", 1);

        assertThat(delete(deletion("1.sst")).outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(delete(deletion("no/such/1.sst")).outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(delete(deletion("othe")).outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(store().stat(ROOT, FilePath.of("1.sst"))).isInstanceOf(Lookup.Absent.class);
        assertThat(store().stat(ROOT, FilePath.of("othe"))).isInstanceOf(Lookup.Absent.class);
        assertThat(holds("r1/other")).isTrue();
    }

    @Test
    void takesMissingStorageForNoAbsence() {
        ObjectStore missing = onMissingStorage()
                .orElseGet(() -> abort("skipped: what this store keeps objects in cannot be missing"));
        ObjectKey key = ObjectKey.of("r1/1");

        assertThat(new FileStore(missing, RootShape.parse("{region}"))
                        .deleteMany(ROOT, List.of(deletion("1"), deletion("2")), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.FAILED_RETRYABLE);
        assertThat(missing.stat(key)).isInstanceOf(Lookup.Unknown.class);
        assertThat(missing.move(move("r1/1", "r1/2"), FREE)).isInstanceOf(Moved.Unknown.class);
        assertThatThrownBy(() -> missing.list(ObjectKey.of("r1"), page -> {}, FREE))
                .isInstanceOf(StorageProblemException.class);
        assertThatThrownBy(() -> missing.read(key).close())
                .isInstanceOfSatisfying(
                        StorageProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.UNKNOWN));
    }

    @Test
    void returnsAResultForEachFileInOrder() {
        put("r1/1", 1);
        put("r1/3", 3);
        put("r1/4", 4);

        List<FileResult> results = store().deleteMany(
                        ROOT,
                        List.of(
                                deletion("4"),
                                deletion("2"),
                                deletion("3", 30L, facts("r1/3").modifiedAt()),
                                deletion("1")),
                        FREE);

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT, Outcome.CHANGED, Outcome.DELETED);
        assertThat(holds("r1/3")).isTrue();
    }

    @Test
    void deletesManyFilesAmongMany() {
        List<Deletion> garbage = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            put("r1/dir-%d/%03d.sst".formatted(i % 3, i), 1);
            if (i % 2 == 0) {
                garbage.add(deletion("dir-%d/%03d.sst".formatted(i % 3, i)));
            }
        }
        garbage.add(deletion("dir-1/absent"));

        List<FileResult> results = store().deleteMany(ROOT, garbage, FREE);

        assertThat(results.getLast().outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(results.subList(0, 200)).extracting(FileResult::outcome).containsOnly(Outcome.DELETED);
        for (int i = 0; i < 400; i++) {
            assertThat(holds("r1/dir-%d/%03d.sst".formatted(i % 3, i))).isEqualTo(i % 2 == 1);
        }
    }

    @Test
    void checksRevokedFilesAndTouchesNothing() {
        put("r1/1", 5);
        put("r1/3", 5);
        Treatment delete = new Treatment.Delete();

        assertThat(store().treat(ROOT, List.of(revoked("2"), deletion("3"), revoked("1")), delete, FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT, Outcome.DELETED, Outcome.REVOKED);
        assertThat(store().treat(new RegionRoot(ROOT.region(), "r2"), List.of(revoked("1")), delete, FREE))
                .as("of a root that is not the region's, nothing is known")
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE);
        assertThat(holds("r1/1")).isTrue();
    }

    @Test
    void keepsAFileOfAnotherSizeOrTime() {
        put("r1/1", 5);
        Instant written = facts("r1/1").modifiedAt().truncatedTo(ChronoUnit.MILLIS);

        assertThat(delete(deletion("1", 6L, written)).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(delete(deletion("1", 5L, written.plusMillis(1))).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(holds("r1/1")).isTrue();
        assertThat(delete(deletion("1", 5L, written)).outcome()).isEqualTo(Outcome.DELETED);
    }

    @Test
    void keepsAFileThatWasWrittenAfterItBecameGarbage() {
        put("r1/1", 5);
        Instant written = facts("r1/1").modifiedAt().truncatedTo(ChronoUnit.MILLIS);

        assertThat(delete(writtenBefore("1", written.minusMillis(1))).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(holds("r1/1")).isTrue();
        assertThat(delete(writtenBefore("1", written)).outcome()).isEqualTo(Outcome.DELETED);
    }

    /** c01: a principal with write access to the log can have a region dropped with a linger of a millisecond. */
    @Test
    void keepsFilesThatWereGarbageForTooShort() {
        put("r1/1", 5);
        put("r1/2", 5);
        put("r1/3", 5);
        Floors floors = new Floors(Map.of(Reason.REGION_GONE, Duration.ofHours(1)), Duration.ZERO);
        FileStore store = store(rules().withFloors(floors));
        Instant since = Instant.now();
        List<Deletion> early = List.of(
                condemned("1", Reason.REGION_GONE, since, since.plusSeconds(8)),
                condemned("2", Reason.OBSOLETE, since, since.plusSeconds(8)),
                condemned("3", Reason.REGION_GONE, since, since.plus(Duration.ofHours(1))));

        assertThat(store.treat(ROOT, early, new Treatment.DryRun(), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE, Outcome.WOULD_DELETE, Outcome.WOULD_DELETE);
        List<FileResult> results = store.treat(ROOT, early, new Treatment.Delete(), FREE);
        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE, Outcome.DELETED, Outcome.DELETED);
        assertThat(results.getFirst().detail()).contains("minimum-linger", "3600 s", "8 s");
        assertThat(results.getFirst().floor()).isEqualTo(Floors.Floor.MINIMUM_LINGER);
        assertThat(holds("r1/1")).isTrue();
    }

    @Test
    void keepsObjectsThatAreTooYoung() {
        put("r1/1", 5);
        Instant written = facts("r1/1").modifiedAt();
        FileStore store = store(rules().withFloors(new Floors(Map.of(), Duration.ofHours(2))));
        Instant old = written.plus(Duration.ofHours(2));

        for (Treatment treatment : List.of(new Treatment.DryRun(), new Treatment.Delete())) {
            FileResult young = store.treat(
                            ROOT, List.of(condemned("1", Reason.EXPIRED, written, old.minusMillis(1))), treatment, FREE)
                    .getFirst();
            assertThat(young.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
            assertThat(young.detail()).contains("minimum-age", "7200 s");
            assertThat(young.floor()).isEqualTo(Floors.Floor.MINIMUM_AGE);
        }
        assertThat(holds("r1/1")).isTrue();
        assertThat(store.treat(
                        ROOT, List.of(condemned("1", Reason.EXPIRED, written, old)), new Treatment.Delete(), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED);
    }

    @Test
    void createsAnObjectOnceAndNeverReplacesIt() throws Exception {
        put("r1/1", 1);
        ObjectKey key = ObjectKey.of(".sexton/roots/a/.owner");

        assertThat(objects().create(key, "first".getBytes(StandardCharsets.UTF_8), FREE))
                .isTrue();
        assertThat(objects().create(key, "other".getBytes(StandardCharsets.UTF_8), FREE))
                .isFalse();
        try (InputStream in = objects().read(key)) {
            assertThat(in).hasContent("first");
        }
        List<ObjectKey> listed = new ArrayList<>();
        objects()
                .list(ObjectKey.of(key.parent()), page -> page.objects().forEach(each -> listed.add(each.key())), FREE);
        assertThat(listed).as("no temporary file is left").containsExactly(key);
        assertThatThrownBy(() -> objects()
                        .create(
                                ObjectKey.of(".sexton/roots/b/.owner"),
                                new byte[1],
                                length -> Optional.of("the lease ends")))
                .hasMessageContaining("the lease ends");
        assertThat(holds(".sexton/roots/b/.owner")).isFalse();
    }

    @Test
    void keepsAFileOfAnotherEtag() {
        put("r1/1", 5);
        String etag = facts("r1/1").etag();
        assumeTrue(etag != null, "this store has no etags");

        assertThat(delete(byEtag("1", "\"0123456789\"")).outcome()).isEqualTo(Outcome.CHANGED);
        assertThat(holds("r1/1")).isTrue();
        String unquoted = String.valueOf(etag).replace("\"", "");
        assertThat(delete(byEtag("1", unquoted)).outcome()).isEqualTo(Outcome.DELETED);
    }

    private static Deletion byEtag(String path, String etag) {
        return new Deletion(FilePath.of(path), new Expectation(etag, null, null, null));
    }

    @Test
    void refusesARootThatIsNotTheRegionsOwn() {
        put("r2/1", 5);
        put("r1/1", 5);

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
    void touchesNothingOnceTheGuardRefuses() {
        put("r1/1", 5);
        put("r1/2", 5);
        CallGuard never = length -> Optional.of("the lease ends");

        List<FileResult> results = store().deleteMany(ROOT, List.of(deletion("1"), deletion("2")), never);

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE, Outcome.FAILED_RETRYABLE);
        assertThat(results.get(1).detail()).contains("the lease ends");
        assertThat(objects().move(move("r1/1", "r1/3"), never)).isInstanceOf(Moved.Unknown.class);
        assertThatThrownBy(() -> objects().list(ObjectKey.of("r1"), page -> {}, never))
                .isInstanceOf(StorageProblemException.class);
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void predictsInADryRunAndTouchesNothing() {
        put("r1/1", 5);
        put("r1/2", 5);

        List<FileResult> results = DryRun.of(
                store(),
                ROOT,
                List.of(deletion("1"), deletion("2", 6L, facts("r1/2").modifiedAt()), deletion("3")),
                FREE);

        assertThat(results)
                .containsExactly(
                        new FileResult(Outcome.WOULD_DELETE, "", 5),
                        FileResult.of(Outcome.CHANGED, results.get(1).detail()),
                        FileResult.of(Outcome.ALREADY_ABSENT, results.get(2).detail()));
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void returnsManyLookupsInOrder() {
        put("r1/1", 1);
        put("r1/2", 2);
        List<ObjectKey> keys =
                List.of(ObjectKey.of("r1/2"), ObjectKey.of("r1/3"), ObjectKey.of("r1/1"), ObjectKey.of("r1/2"));

        assertThat(objects().statMany(keys, FREE))
                .containsExactly(
                        new Lookup.Found(facts("r1/2")),
                        objects().stat(ObjectKey.of("r1/3")),
                        new Lookup.Found(facts("r1/1")),
                        new Lookup.Found(facts("r1/2")));
        assertThat(objects().statMany(keys, length -> Optional.of("the lease ends")))
                .hasSize(4)
                .allMatch(lookup -> lookup instanceof Lookup.Unknown);
    }

    protected static ObjectMove move(String from, String to) {
        return new ObjectMove(ObjectKey.of(from), ANYTHING, ObjectKey.of(to), false);
    }

    @Test
    void movesAnObjectWithItsContent() throws Exception {
        put("r1/a/1", "content".getBytes(StandardCharsets.UTF_8));

        assertThat(objects().move(move("r1/a/1", ".trash/c1/r1/a/1"), FREE)).isEqualTo(new Moved.Done(7));

        assertThat(holds("r1/a/1")).isFalse();
        try (InputStream in = objects().read(ObjectKey.of(".trash/c1/r1/a/1"))) {
            assertThat(in).hasContent("content");
        }
        assertThat(objects().move(move("r1/a/1", ".trash/c1/r1/a/1"), FREE)).isInstanceOf(Moved.Absent.class);
        assertThat(holds(".trash/c1/r1/a/1")).isTrue();
    }

    @Test
    void movesNoOtherObjectThanTheOneExpected() {
        put("r1/1", 5);
        Expectation other = new Expectation(null, 6L, facts("r1/1").modifiedAt(), null);

        assertThat(objects().move(new ObjectMove(ObjectKey.of("r1/1"), other, ObjectKey.of("r1/2"), false), FREE))
                .isInstanceOf(Moved.Changed.class);
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("r1/2")).isFalse();
    }

    @Test
    void movesNothingOntoAnotherObject() {
        put("r1/1", 5);
        put("r1/2", 6);

        assertThat(objects().move(move("r1/1", "r1/2"), FREE)).isInstanceOf(Moved.Taken.class);
        assertThat(facts("r1/1").sizeBytes()).isEqualTo(5);
        assertThat(facts("r1/2").sizeBytes()).isEqualTo(6);
    }

    /**
     * A move that stops after any of its steps, by a lease that ends or by a crash, loses nothing, and the next one ends
     * it. The guard is checked before each change (I4).
     */
    @Test
    void resumesAMoveThatStoppedAfterAnyOfItsSteps() throws Exception {
        for (boolean again : List.of(false, true)) {
            int stoppedBetween = 0;
            boolean done = false;
            for (int checks = 0; !done; checks++) {
                assertThat(checks).as("checks of the guard in one move").isLessThan(100);
                String from = "r1/%s/%d".formatted(again, checks);
                String to = ".trash/%s/%d".formatted(again, checks);
                put(from, "content".getBytes(StandardCharsets.UTF_8));
                ObjectMove move = new ObjectMove(ObjectKey.of(from), ANYTHING, ObjectKey.of(to), again);

                Moved first = objects().move(move, refusingAfter(checks));

                done = first instanceof Moved.Done;
                if (!done) {
                    assertThat(first).isInstanceOf(Moved.Unknown.class);
                    boolean isLeft = holds(from);
                    assertThat(isLeft || holds(to))
                            .as("the object, after %d checks", checks)
                            .isTrue();
                    stoppedBetween += isLeft && holds(to) ? 1 : 0;
                    Moved resumed = objects().move(move, FREE);
                    assertThat(resumed)
                            .as("resumed after %d checks", checks)
                            .isInstanceOf(isLeft ? Moved.Done.class : Moved.Absent.class);
                }
                assertThat(holds(from)).isFalse();
                try (InputStream in = objects().read(ObjectKey.of(to))) {
                    assertThat(in).hasContent("content");
                }
            }
            if (isMoveAtomic()) {
                assertThat(stoppedBetween).as("copies beside their originals").isZero();
            } else {
                assertThat(stoppedBetween)
                        .as("moves that the guard stopped between copy and delete")
                        .isPositive();
            }
        }
    }

    private static CallGuard refusingAfter(int checks) {
        AtomicInteger left = new AtomicInteger(checks);
        return length -> left.getAndDecrement() > 0 ? Optional.empty() : Optional.of("the lease ends");
    }

    @Test
    void returnsTwoResultsForAFileThatIsNamedTwice() {
        put("r1/1", 1);
        put("r1/2", 1);

        assertThat(store().deleteMany(ROOT, List.of(deletion("1"), deletion("1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT);
    }

    /** More than what one request of S3 lists or deletes. */
    @Test
    void listsAndDeletesMoreThanOnePage() throws Exception {
        int files = 1_003;
        List<Deletion> garbage = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            put("r1/%04d".formatted(i), 1);
            garbage.add(deletion("%04d".formatted(i)));
        }
        List<ObjectKey> listed = new ArrayList<>();
        objects().list(ObjectKey.of("r1"), page -> page.objects().forEach(each -> listed.add(each.key())), FREE);
        assertThat(listed).hasSize(files).doesNotHaveDuplicates();

        assertThat(store().deleteMany(ROOT, garbage, FREE))
                .hasSize(files)
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
    }

    @Test
    void listsADirectoryInPagesEachObjectOnce() throws Exception {
        IntStream.range(0, 25).forEach(i -> put("r1/f-%02d".formatted(i), i));
        put("r1/sub/deeper/1", 1);
        put("r1/sub-2/1", 1);
        put("r10/1", 1);
        put("r0/1", 1);

        List<ListingPage> pages = new ArrayList<>();
        objects().list(ObjectKey.of("r1"), pages::add, FREE);

        assertThat(pages)
                .flatExtracting(ListingPage::objects)
                .extracting(listed -> listed.key().value())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 25).mapToObj("r1/f-%02d"::formatted).toList());
        assertThat(pages)
                .flatExtracting(ListingPage::directories)
                .containsExactlyInAnyOrder(ObjectKey.of("r1/sub"), ObjectKey.of("r1/sub-2"));
        ListingPage.Listed one = pages.stream()
                .flatMap(page -> page.objects().stream())
                .filter(listed -> listed.key().value().equals("r1/f-07"))
                .findFirst()
                .orElseThrow();
        assertThat(one.facts()).isEqualTo(facts("r1/f-07"));
    }

    @Test
    void listsNothingInADirectoryThatIsNotThere() throws Exception {
        put("r1/1", 1);
        List<ListingPage.Listed> listed = new ArrayList<>();

        objects().list(ObjectKey.of("r2"), page -> listed.addAll(page.objects()), FREE);

        assertThat(listed).isEmpty();
    }

    @Test
    void endsAListingWithTheSinksFailure() {
        put("r1/1", 1);

        assertThatThrownBy(() -> objects()
                        .list(
                                ObjectKey.of("r1"),
                                page -> {
                                    throw StorageProblemException.unknown("enough");
                                },
                                FREE))
                .hasMessageContaining("enough");
    }

    @Test
    void writesWholeObjectsOnly() throws Exception {
        put("keep", 1);
        ObjectKey key = ObjectKey.of(".archive/a/1.parquet");
        byte[] bytes = "0123456789".getBytes(StandardCharsets.UTF_8);

        objects().write(key, bytes.length, new ByteArrayInputStream(bytes));
        try (InputStream in = objects().read(key)) {
            assertThat(in).hasBinaryContent(bytes);
        }

        byte[] other = "abc".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> objects().write(key, 5, new ByteArrayInputStream(other)))
                .isInstanceOfAny(IOException.class, StorageProblemException.class);
        try (InputStream in = objects().read(key)) {
            assertThat(in).as("still the first").hasBinaryContent(bytes);
        }
        objects().write(key, other.length, new ByteArrayInputStream(other));
        assertThat(facts(key.value()).sizeBytes()).isEqualTo(3);
    }

    @Test
    void failsToReadAMissingObject() {
        put("r1/1", 1);

        assertThatThrownBy(() -> objects().read(ObjectKey.of("r1/2")).close())
                .isInstanceOfSatisfying(
                        StorageProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.ABSENT));
    }

    @Test
    void seesSizeAndTime() {
        Instant before = Instant.now().minusSeconds(2);
        put("r1/1", 5);

        ObjectFacts facts = facts("r1/1");
        assertThat(facts.sizeBytes()).isEqualTo(5);
        assertThat(facts.modifiedAt()).isBetween(before, Instant.now().plusSeconds(2));
    }

    @Test
    void servesNamesThatAreNotAsciiOrNeedEscapes() throws Exception {
        for (String path : List.of("größe/日本.sst", "a b+c%20&<d>'\"=?#.sst", "x y/ .z")) {
            put("r1/" + path, 3);
            assertThat(store().stat(ROOT, FilePath.of(path))).as(path).isInstanceOf(Lookup.Found.class);
            List<String> listed = new ArrayList<>();
            String parent = ObjectKey.of("r1/" + path).parent();
            objects()
                    .list(
                            ObjectKey.of(parent),
                            page -> page.objects()
                                    .forEach(each -> listed.add(each.key().value())),
                            FREE);
            assertThat(listed).as(path).contains("r1/" + path);
            assertThat(objects().move(move("r1/" + path, "r1/" + path + ".moved"), FREE))
                    .as(path)
                    .isInstanceOf(Moved.Done.class);
            assertThat(delete(deletion(path + ".moved")).outcome()).as(path).isEqualTo(Outcome.DELETED);
            assertThat(holds("r1/" + path)).as(path).isFalse();
        }
    }
}
