package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store must do, whatever lies behind it, and what the roots of regions become on top of it. */
public abstract class ObjectStoreContract {

    protected static final RegionRoot ROOT = new RegionRoot(RegionId.of("r1"), "r1");
    protected static final CallGuard FREE = length -> Optional.empty();
    protected static final Expectation ANYTHING = new Expectation(null, null, null, null);

    /** The storage under test; what it holds is the same within a test, and nothing at its beginning. */
    protected abstract ObjectStore objects();

    /** The store on storage that is not there: a bucket nobody has made, a volume that is not mounted. */
    protected abstract Optional<ObjectStore> onMissingStorage();

    /** Puts an object into the storage, by another way than the store's. */
    protected abstract void put(String key, byte[] bytes);

    /** Whether the storage holds an object under this key, by another way than the store's. */
    protected abstract boolean holds(String key);

    protected final FileStore store() {
        return new FileStore(objects(), RootShape.parse("{region}"));
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
    void deletesAFileAndSaysHowLargeItWas() {
        put("r1/a/1.sst", 7);

        assertThat(delete(deletion("a/1.sst"))).isEqualTo(new FileResult(Outcome.DELETED, "", 7));
        assertThat(holds("r1/a/1.sst")).isFalse();
    }

    @Test
    void saysThatAFileIsAlreadyAbsent() {
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
    void answersForEachFileInTheOrderAsked() {
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
    void touchesNothingOnceTheGuardSaysStop() {
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
    void foretellsInADryRunAndTouchesNothing() {
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
    void saysOfWhatIsNotThereThatItCannotBeRead() {
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

    private static final Treatment.CommandName COMMAND =
            new Treatment.CommandName("3-17-0", Instant.parse("2026-01-01T10:00:00.123Z"));

    private FileResult trash(String path) {
        return store().trashMany(ROOT, List.of(deletion(path)), COMMAND, FREE).getFirst();
    }

    private List<TrashedFile> trashed() throws Exception {
        List<TrashedFile> files = new ArrayList<>();
        store().trash().list(Optional.empty(), files::add, FREE);
        return files;
    }

    @Test
    void trashesAFileUnderTheCommandsNameAndRestoresIt() throws Exception {
        put("r1/a/1", "content".getBytes(StandardCharsets.UTF_8));
        put("r1/2", 1);

        assertThat(trash("a/1")).isEqualTo(new FileResult(Outcome.TRASHED, "", 7));

        assertThat(holds("r1/a/1")).isFalse();
        TrashedFile file = trashed().getFirst();
        assertThat(file.root()).isEqualTo(ROOT);
        assertThat(file.path()).isEqualTo(FilePath.of("a/1"));
        assertThat(file.command()).isEqualTo(COMMAND);
        assertThat(file.key().value()).contains("3-17-0");
        assertThat(store().trash().restore(file, FREE)).isEqualTo(new Moved.Done(7));
        try (InputStream in = objects().read(ObjectKey.of("r1/a/1"))) {
            assertThat(in).hasContent("content");
        }
        assertThat(trashed()).isEmpty();
        assertThat(store().trash().restore(file, FREE)).isInstanceOf(Moved.Absent.class);
    }

    @Test
    void trashesOnceWhateverIsDeliveredTwice() throws Exception {
        put("r1/1", 7);
        put("r1/other", 1);

        assertThat(trash("1").outcome()).isEqualTo(Outcome.TRASHED);
        assertThat(trash("1")).isEqualTo(new FileResult(Outcome.TRASHED, "", 7));
        assertThat(trash("2").outcome()).isEqualTo(Outcome.ALREADY_ABSENT);
        assertThat(trashed()).hasSize(1);
    }

    @Test
    void restoresNothingOntoAFileThatLiesThere() throws Exception {
        put("r1/1", 7);
        assertThat(trash("1").outcome()).isEqualTo(Outcome.TRASHED);
        put("r1/1", 8);

        assertThat(store().trash().restore(trashed().getFirst(), FREE)).isInstanceOf(Moved.Taken.class);

        assertThat(facts("r1/1").sizeBytes()).isEqualTo(8);
        assertThat(trashed()).hasSize(1);
    }

    @Test
    void trashesNoOtherFileThanTheCondemnedOne() throws Exception {
        put("r1/1", 7);
        Deletion other = deletion("1", 8L, facts("r1/1").modifiedAt());

        assertThat(store().trashMany(ROOT, List.of(other), COMMAND, FREE)
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.CHANGED);
        assertThat(store().trashMany(new RegionRoot(ROOT.region(), "r2"), List.of(deletion("1")), COMMAND, FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.REFUSED);
        assertThat(holds("r1/1")).isTrue();
        assertThat(trashed()).isEmpty();
    }

    @Test
    void purgesWhatIsOlderThanTheRetentionAndNothingElse() throws Exception {
        Treatment.CommandName later =
                new Treatment.CommandName("3-18-0", COMMAND.decidedAt().plusSeconds(1));
        put("r1/1", 7);
        put("r1/dir/2", 8);
        put("r1/3", 9);
        put(".trash/r-r1/no-time/r1/4", 1);
        assertThat(trash("1").outcome()).isEqualTo(Outcome.TRASHED);
        assertThat(trash("dir/2").outcome()).isEqualTo(Outcome.TRASHED);
        assertThat(store().trashMany(ROOT, List.of(deletion("3")), later, FREE)
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.TRASHED);
        Instant expiry = COMMAND.decidedAt().plus(FileStore.DEFAULT_TRASH_RETENTION);

        assertThat(store().trash().purge(expiry.minusMillis(1), FREE)).isEqualTo(new Trash.Purged(0, 0, 0));
        assertThat(store().trash().purge(expiry, FREE)).isEqualTo(new Trash.Purged(2, 15, 0));

        assertThat(trashed()).extracting(file -> file.path().value()).containsExactly("3");
        assertThat(holds(".trash/r-r1/no-time/r1/4")).isTrue();
        List<ObjectKey> commands = new ArrayList<>();
        objects().list(ObjectKey.of(".trash/r-r1"), page -> commands.addAll(page.directories()), FREE);
        assertThat(commands).as("no empty directory is left of what was purged").hasSize(2);
    }

    @Test
    void namesRegionsWithAnythingInTheirIdsInTheTrash() throws Exception {
        RegionRoot odd = new RegionRoot(RegionId.of("a/b c%..+"), "x/y");
        FileStore store = new FileStore(objects(), RootShape.parse("*/*"));
        put("x/y/p/1", 1);

        assertThat(store.trashMany(odd, List.of(deletion("p/1")), COMMAND, FREE)
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.TRASHED);

        List<TrashedFile> files = new ArrayList<>();
        store.trash().list(Optional.of(odd.region()), files::add, FREE);
        assertThat(files).hasSize(1);
        assertThat(files.getFirst().root()).isEqualTo(odd);
        assertThat(files.getFirst().path()).isEqualTo(FilePath.of("p/1"));
        assertThat(store.trash().restore(files.getFirst(), FREE)).isInstanceOf(Moved.Done.class);
        assertThat(holds("x/y/p/1")).isTrue();
    }
}
