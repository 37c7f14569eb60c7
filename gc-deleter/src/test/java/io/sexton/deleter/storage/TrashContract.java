package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** The contract of a store, and what its trash must do on top of it. */
public abstract class TrashContract extends ObjectStoreContract {

    protected static final Treatment.CommandName COMMAND =
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

    /** A retryable outcome would be retried for ever, without notice. */
    @Test
    void refusesToKeepFilesOfARegionWhoseIdIsTooLongForAName() {
        String longId = "\u8868".repeat(29);
        RegionRoot root = new RegionRoot(RegionId.of(longId), longId);
        put(longId + "/1", 7);

        assertThat(store().trashMany(root, List.of(deletion("1")), COMMAND, FREE))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
                    assertThat(result.detail()).contains("such a long id");
                });
        assertThat(holds(longId + "/1")).isTrue();
    }

    @Test
    void checksRevokedFilesInTheTrashToo() {
        put("r1/1", 7);
        put("r1/2", 8);
        put("r1/4", 9);
        assertThat(trash("1").outcome()).isEqualTo(Outcome.TRASHED);

        List<FileResult> results = store().treat(
                        ROOT,
                        List.of(revoked("1"), revoked("2"), revoked("3"), deletion("4")),
                        new Treatment.Trash(COMMAND),
                        FREE);

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.TRASHED, Outcome.REVOKED, Outcome.ALREADY_ABSENT, Outcome.TRASHED);
        assertThat(results.getFirst().bytes()).isEqualTo(7);
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void restoresNothingOntoAnExistingFile() throws Exception {
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
        FileStore store = exclusive("*/*");
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

    @Test
    void trashesNoFileThatIsBelowAFloor() {
        put("r1/1", 7);
        put("r1/2", 7);
        Instant written = facts("r1/1").modifiedAt();
        Floors floors = new Floors(Map.of(Reason.ORPHAN, Duration.ofMinutes(10)), Duration.ofHours(2));

        List<FileResult> results = store(rules().withFloors(floors))
                .treat(
                        ROOT,
                        List.of(
                                condemned("1", Reason.ORPHAN, written, written.plusSeconds(1)),
                                condemned("2", Reason.OBSOLETE, written, written.plusSeconds(1))),
                        new Treatment.Trash(COMMAND),
                        FREE);

        assertThat(results)
                .extracting(FileResult::floor)
                .containsExactly(Floors.Floor.MINIMUM_LINGER, Floors.Floor.MINIMUM_AGE);
        assertThat(holds("r1/1")).isTrue();
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void distinguishesRootsOfSeveralShapesInTheTrash() throws Exception {
        Roots roots = Roots.named(List.of(RootShape.parse("m/{region}"), RootShape.parse("t/{region/0}/{region/1}")));
        FileStore store = store(StoreRules.withoutFloors(roots));
        RegionRoot table = new RegionRoot(RegionId.of("db/t1"), "t/db/t1");
        RegionRoot metrics = new RegionRoot(RegionId.of("c1"), "m/c1");
        put("t/db/t1/x/1", 1);
        put("m/c1/x/2", 2);
        assertThat(store.trashMany(table, List.of(deletion("x/1")), COMMAND, FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.TRASHED);
        assertThat(store.trashMany(metrics, List.of(deletion("x/2")), COMMAND, FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.TRASHED);

        List<TrashedFile> files = new ArrayList<>();
        store.trash().list(Optional.empty(), files::add, FREE);

        assertThat(files).extracting(TrashedFile::root).containsExactlyInAnyOrder(table, metrics);
        assertThat(files).extracting(file -> file.path().value()).containsExactlyInAnyOrder("x/1", "x/2");
        assertThat(files)
                .allSatisfy(
                        file -> assertThat(store.trash().restore(file, FREE)).isInstanceOf(Moved.Done.class));
        assertThat(holds("t/db/t1/x/1")).isTrue();
        assertThat(holds("m/c1/x/2")).isTrue();
    }

    private FileStore exclusive(String shape) {
        return store(StoreRules.withoutFloors(Roots.exclusive(List.of(RootShape.parse(shape)))));
    }

    private static RegionRoot root(String region, String root) {
        return new RegionRoot(RegionId.of(region), root);
    }

    private static final Instant GONE = Instant.parse("2026-01-01T00:00:00Z");

    private static List<Deletion> gone(String... paths) {
        return List.of(paths).stream()
                .map(path -> condemned(path, Reason.REGION_GONE, GONE, GONE))
                .toList();
    }

    /** Two regions are opened with one root (a17, b03, c06). */
    @Test
    void refusesARootThatAnotherRegionOwns() throws Exception {
        FileStore store = exclusive("data/*");
        RegionRoot first = root("dbA", "data/x");
        RegionRoot second = root("dbB", "data/x");
        put("data/x/A1", 1);
        put("data/x/A2", 2);
        put("data/x/B1", 3);
        assertThat(store.deleteMany(first, List.of(deletion("A1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED);

        for (Treatment treatment : List.of(
                new Treatment.Delete(),
                new Treatment.DryRun(),
                new Treatment.Trash(COMMAND),
                new Treatment.Archive(COMMAND))) {
            assertThat(store.treat(second, List.of(deletion("A2"), deletion("B1")), treatment, FREE))
                    .as("%s", treatment)
                    .allSatisfy(result -> {
                        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
                        assertThat(result.detail()).contains("data/x", "dbA");
                    });
        }
        assertThat(store.stat(second, FilePath.of("A2"))).isInstanceOf(Lookup.Refused.class);
        assertThatThrownBy(() -> store.listing(second, 1, unlimited()))
                .isInstanceOfSatisfying(
                        StorageProblemException.class,
                        e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.REFUSED));
        assertThat(holds("data/x/A2")).isTrue();
        assertThat(holds("data/x/B1")).isTrue();
        assertThat(store.deleteMany(root("dbB", "data/y"), List.of(deletion("1")), FREE))
                .as("another root is free")
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT);
        assertThat(store.deleteMany(first, List.of(deletion("A2")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED);
        assertThat(store.roots(FREE)).containsExactlyInAnyOrder(first, root("dbB", "data/y"));
    }

    @Test
    void ownsARootByScanningItAndNamesTheRecordInNoListing() throws Exception {
        FileStore store = exclusive("*");
        put("x/1", 1);
        List<String> listed = new ArrayList<>();

        store.listing(root("dbA", "x"), 1, unlimited())
                .run(
                        page -> page.objects()
                                .forEach(each -> listed.add(each.key().value())),
                        FREE);

        assertThat(listed).containsExactly("x/1");
        assertThat(store.deleteMany(root("dbB", "x"), List.of(deletion("1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.REFUSED);
        assertThat(store.deleteMany(root("dbB", ".sexton"), List.of(deletion("roots/x/.owner")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.REFUSED);
        assertThat(holds(".sexton/roots/x/.owner")).isTrue();
    }

    @Test
    void claimsNothingInADryRun() {
        FileStore store = exclusive("*");
        put("x/1", 1);

        assertThat(store.treat(root("dbA", "x"), List.of(deletion("1")), new Treatment.DryRun(), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.WOULD_DELETE);
        assertThat(holds(".sexton/roots/x/.owner")).isFalse();
    }

    @Test
    void givesUpTheRootOfARegionThatIsGoneWithItsLastFile() {
        FileStore store = exclusive("*");
        put("x/a/1", 1);
        put("x/2", 1);
        put("keep/1", 1);

        assertThat(store.deleteMany(root("dbA", "x"), gone("a/1"), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED);
        assertThat(store.deleteMany(root("dbB", "x"), List.of(deletion("2")), FREE))
                .as("a file is left, and the root is still owned")
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.REFUSED);
        assertThat(store.deleteMany(root("dbA", "x"), gone("2"), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED);

        assertThat(holds(".sexton/roots/x/.owner")).isFalse();
        assertThat(store.deleteMany(root("dbA", "x"), gone("2"), FREE))
                .as("delivered again, it leaves no record either")
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT);
        assertThat(holds(".sexton/roots/x/.owner")).isFalse();
        put("x/3", 1);
        assertThat(store.deleteMany(root("dbB", "x"), List.of(deletion("3")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED);
        assertThat(store.deleteMany(root("dbA", "x"), gone("2"), FREE))
                .as("the next owner's")
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.REFUSED);
    }

    @Test
    void restoresNothingIntoARootThatAnotherRegionOwnsByNow() throws Exception {
        FileStore store = exclusive("*");
        put("x/1", 1);
        put("keep/1", 1);
        assertThat(store.treat(root("dbA", "x"), gone("1"), new Treatment.Trash(COMMAND), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.TRASHED);
        put("x/2", 1);
        assertThat(store.deleteMany(root("dbB", "x"), List.of(deletion("absent")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT);
        List<TrashedFile> files = new ArrayList<>();
        store.trash().list(Optional.empty(), files::add, FREE);

        assertThat(files).hasSize(1);
        assertThat(store.trash().restore(files.getFirst(), FREE))
                .isInstanceOfSatisfying(
                        Moved.Refused.class,
                        refused -> assertThat(refused.detail()).contains("dbB"));
        assertThat(holds("x/1")).isFalse();
    }

    @Test
    void touchesNothingWhereTheRecordOfTheOwnerIsNotLegible() {
        FileStore store = exclusive("*");
        put("x/1", 1);
        put(".sexton/roots/x/.owner", new byte[0]);

        assertThat(store.deleteMany(root("dbA", "x"), List.of(deletion("1")), FREE))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
                    assertThat(result.detail()).contains(".sexton/roots/x/.owner");
                });
        assertThat(holds("x/1")).isTrue();
    }

    private static Pace unlimited() {
        return new Pace(OptionalDouble.empty(), System::nanoTime);
    }
}
