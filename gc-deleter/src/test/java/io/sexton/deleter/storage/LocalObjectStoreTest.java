package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real file system, and what only a file system can do to a deleter. */
final class LocalObjectStoreTest extends TrashContract {

    private static final Instant WRITTEN = Instant.parse("2026-01-01T10:00:00.123Z");

    @TempDir
    private Path temp;

    @Override
    protected ObjectStore objects() {
        return objects(base(), null);
    }

    @Override
    protected Optional<ObjectStore> onMissingStorage() {
        return Optional.of(objects(temp.resolve("not-mounted"), null));
    }

    private FileStore store(@Nullable String marker) {
        return new FileStore(objects(base(), marker), RootShape.parse("{region}"));
    }

    private static ObjectStore objects(Path directory, @Nullable String marker) {
        return new LocalObjectStore(new LocalStoreSettings(directory, marker));
    }

    private Path base() {
        return temp.resolve("store");
    }

    @Override
    protected boolean isMoveAtomic() {
        return true; // a rename
    }

    @Override
    protected void put(String key, byte[] bytes) {
        Path file = base().resolve(key);
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(String key, int sizeBytes, Instant modifiedAt) {
        write(base().resolve(key), sizeBytes, modifiedAt);
    }

    private static Path write(Path file, int sizeBytes, Instant modifiedAt) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[sizeBytes]);
            return Files.setLastModifiedTime(file, FileTime.from(modifiedAt));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected boolean holds(String key) {
        return Files.exists(base().resolve(key));
    }

    private Path outsider() {
        return write(temp.resolve("outside/1"), 5, WRITTEN);
    }

    @Test
    void refusesAPathThroughALinkedDirectory() throws IOException {
        Path outsider = outsider();
        put("r1/x", 1, WRITTEN);
        Files.createSymbolicLink(base().resolve("r1/link"), outsider.getParent());

        assertThat(delete(deletion("link/1")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(outsider).exists();
    }

    @Test
    void refusesALinkedRoot() throws IOException {
        Path outsider = outsider();
        Files.createDirectories(base());
        Files.createSymbolicLink(base().resolve("r1"), outsider.getParent());

        assertThat(delete(deletion("1")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(store().stat(ROOT, FilePath.of("1"))).isInstanceOf(Lookup.Refused.class);
        assertThat(outsider).exists();
    }

    @Test
    void refusesALinkAndADirectoryInPlaceOfTheFile() throws IOException {
        Path outsider = outsider();
        put("r1/dir/x", 1, WRITTEN);
        Files.createSymbolicLink(base().resolve("r1/1"), outsider);
        Files.createDirectory(base().resolve("r1/empty"));

        assertThat(delete(deletion("1")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(delete(deletion("dir")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(delete(deletion("empty")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(base().resolve("r1/empty")).exists();
        assertThat(outsider).exists();
        assertThat(Files.isSymbolicLink(base().resolve("r1/1"))).isTrue();
    }

    @Test
    void refusesANamedPipeWithoutOpeningIt() throws Exception {
        put("r1/x", 1, WRITTEN);
        Process mkfifo = new ProcessBuilder("mkfifo", base().resolve("r1/pipe").toString()).start();
        assumeTrue(mkfifo.waitFor() == 0, "no mkfifo here");

        assertThat(delete(deletion("pipe")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(delete(deletion("pipe/1")).outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void refusesAPathBelowAFile() {
        put("r1/1", 1, WRITTEN);

        assertThat(delete(deletion("1/2")).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(holds("r1/1")).isTrue();
    }

    @Test
    void doesNotTakeAnEmptyMountPointForAbsence() throws IOException {
        Files.createDirectories(base());

        FileResult result = delete(deletion("1"));

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
        assertThat(result.detail()).contains("mounted");
    }

    /** Absence needs more than one check of the store's directory (c22). */
    @Test
    void doesNotCountFilesUnderAnEmptyMountPointAsAbsent() throws IOException {
        Files.createDirectories(base());

        assertThat(store().deleteMany(ROOT, List.of(deletion("1"), deletion("2"), deletion("a/3")), FREE))
                .hasSize(3)
                .allSatisfy(result -> {
                    assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
                    assertThat(result.detail()).contains("is its volume mounted?");
                });
        assertThat(objects().statMany(List.of(ObjectKey.of("r1/1"), ObjectKey.of("r2/2")), FREE))
                .allMatch(lookup -> lookup instanceof Lookup.Unknown);
    }

    @Test
    void claimsNoRootOnAVolumeThatIsNotMounted() throws IOException {
        Files.createDirectories(base());
        StoreRules exclusive = StoreRules.withoutFloors(Roots.exclusive(List.of(RootShape.parse("*"))));

        assertThat(store(exclusive).deleteMany(ROOT, List.of(deletion("1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE);
        assertThatThrownBy(() -> objects().create(ObjectKey.of(".sexton/1"), new byte[1], FREE))
                .hasMessageContaining("mounted");
        assertThat(base()).isEmptyDirectory();
    }

    @Test
    void createsAnObjectOnceOfManyWhoTryAtOnce() throws Exception {
        put("r1/1", 1);
        for (int round = 0; round < 20; round++) {
            ObjectKey key = ObjectKey.of(".sexton/roots/" + round + "/.owner");
            AtomicInteger created = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] content = ("region-" + i).getBytes(StandardCharsets.UTF_8);
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        if (objects().create(key, content, FREE)) {
                            created.incrementAndGet();
                        }
                    } catch (StorageProblemException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(created).hasValue(1);
            try (InputStream in = objects().read(key)) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .matches("region-[0-3]");
            }
        }
    }

    private FileStore removing(Duration minimumAge) {
        return store(rules().withFloors(new Floors(Map.of(), minimumAge)).removingEmptyDirectories());
    }

    private static void setChanged(Path directory, Instant changed) throws IOException {
        Files.setLastModifiedTime(directory, FileTime.from(changed));
    }

    @Test
    void removesDirectoriesThatADeletionLeavesEmptyUpToTheRoot() throws IOException {
        put("r1/a/b/1", 1, WRITTEN);
        put("r1/a/b/2", 1, WRITTEN);
        put("r1/c/d/1", 1, WRITTEN);
        put("r1/c/2", 1, WRITTEN);
        Files.createDirectories(base().resolve("r1/e/empty"));
        put("r1/e/1", 1, WRITTEN);
        FileStore store = removing(Duration.ZERO);

        assertThat(store.deleteMany(ROOT, List.of(deletion("a/b/1"), deletion("c/d/1"), deletion("e/1")), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        assertThat(base().resolve("r1/a/b")).isDirectory();
        assertThat(base().resolve("r1/c/d")).doesNotExist();
        assertThat(base().resolve("r1/c")).isDirectory();
        assertThat(base().resolve("r1/e/empty")).as("left empty by others").isDirectory();

        assertThat(store.trashMany(ROOT, List.of(deletion("a/b/2")), COMMAND, FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.TRASHED);
        assertThat(base().resolve("r1/a")).doesNotExist();
        put("r1/f/1", 1, WRITTEN);
        Files.delete(base().resolve("r1/f/1"));
        assertThat(store.deleteMany(ROOT, List.of(deletion("c/2"), deletion("f/1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT);
        assertThat(base().resolve("r1/c")).doesNotExist();
        assertThat(base().resolve("r1/f"))
                .as("an earlier delivery ended between file and directory")
                .doesNotExist();
        assertThat(base().resolve("r1")).as("the root stays").isDirectory();
    }

    @Test
    void keepsADirectoryThatAWriterMayBeAboutToUse() throws IOException {
        Duration age = Duration.ofHours(1);
        FileStore store = removing(age);
        Instant decided = WRITTEN.plus(age);
        put("r1/old/1", 1, WRITTEN);
        put("r1/old/2", 1, WRITTEN);
        put("r1/new/1", 1, WRITTEN);
        setChanged(base().resolve("r1/old"), WRITTEN);
        setChanged(base().resolve("r1/new"), WRITTEN.plusMillis(1));

        assertThat(store.deleteMany(
                        ROOT,
                        List.of(
                                condemned("old/1", Reason.OBSOLETE, WRITTEN, decided),
                                condemned("new/1", Reason.OBSOLETE, WRITTEN, decided)),
                        FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        assertThat(base().resolve("r1/new")).isEmptyDirectory();
        assertThat(base().resolve("r1/old")).isDirectory();

        assertThat(store.deleteMany(ROOT, List.of(condemned("old/2", Reason.OBSOLETE, WRITTEN, decided)), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        assertThat(base().resolve("r1/old"))
                .as("what changed it last was this deleter")
                .doesNotExist();
    }

    @Test
    void removesTheRootOfARegionThatIsGone() throws IOException {
        Files.createDirectories(base().resolve("r1/left/empty"));
        put("r1/a/1", 1, WRITTEN);
        put("r1/2", 1, WRITTEN);
        put("r2/1", 1, WRITTEN);
        FileStore store = removing(Duration.ZERO);

        assertThat(store.deleteMany(ROOT, List.of(condemned("a/1", Reason.REGION_GONE, WRITTEN, WRITTEN)), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        assertThat(base().resolve("r1")).isDirectory();
        assertThat(store.deleteMany(ROOT, List.of(condemned("2", Reason.REGION_GONE, WRITTEN, WRITTEN)), FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        assertThat(base().resolve("r1")).doesNotExist();
        assertThat(base().resolve("r2/1")).exists();
    }

    /** Case c21 for directories: a link in place of one is neither followed nor removed. */
    @Test
    void removesNoLinkInPlaceOfADirectory() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside/empty"));
        put("r1/x", 1, WRITTEN);
        Files.createSymbolicLink(base().resolve("r1/link"), outside);

        assertThat(objects().removeIfEmpty(ObjectKey.of("r1/link"))).isFalse();
        assertThat(removing(Duration.ZERO).deleteMany(ROOT, List.of(deletion("link/1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.REFUSED);
        objects().prune(ObjectKey.of("r1/link"));
        assertThat(outside).isDirectory();
        assertThat(Files.isSymbolicLink(base().resolve("r1/link"))).isTrue();
        assertThat(objects().removeIfEmpty(ObjectKey.of("r1"))).isFalse();
        assertThat(objects().removeIfEmpty(ObjectKey.of("r1/absent"))).isTrue();
    }

    @Test
    void doesNothingInAStoreWithoutItsMarker() {
        put("r1/1", 1, WRITTEN);

        assertThat(store(".volume").deleteMany(ROOT, List.of(deletion("1"), deletion("2")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE, Outcome.FAILED_RETRYABLE);
        assertThat(holds("r1/1")).isTrue();

        put(".volume", 0, WRITTEN);
        assertThat(store(".volume").deleteMany(ROOT, List.of(deletion("1"), deletion("no/2")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.ALREADY_ABSENT);
    }

    @Test
    void takesTheMarkersWordForAStoreWithoutRegions() {
        put(".volume", 0, WRITTEN);

        assertThat(store(".volume").deleteMany(ROOT, List.of(deletion("1")), FREE))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.ALREADY_ABSENT);
    }

    @Test
    void doesNotTakeAFileInPlaceOfTheStoreForAbsence() {
        write(base(), 1, WRITTEN);

        assertThat(delete(deletion("1")).outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
    }

    @Test
    void doesNotTakeAnErrorForAbsence() {
        put("r1/1", 1, WRITTEN);
        String tooLong = "x".repeat(300);

        assertThat(delete(deletion(tooLong)).outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
        assertThat(delete(deletion(tooLong + "/1")).outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
    }

    @Test
    void reportsADeniedUnlinkAsRetryable() {
        // No file can be unlinked there, not even by root, who runs these tests in containers.
        Path sys = Path.of("/proc/sys");
        assumeTrue(Files.exists(sys.resolve("kernel/hostname")), "no procfs here");
        FileStore store = new FileStore(objects(sys, null), RootShape.parse("{region}"));
        RegionRoot root = new RegionRoot(RegionId.of("kernel"), "kernel");

        FileResult result =
                store.deleteMany(root, List.of(deletion("hostname")), FREE).getFirst();

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
        assertThat(result.detail()).contains("cannot delete the file");
    }

    @Test
    void reportsAnUnreadableDirectoryAsRetryable() throws IOException {
        put("r1/closed/1", 1, WRITTEN);
        Path closed = base().resolve("r1/closed");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        try {
            assumeTrue(!Files.isReadable(closed), "permissions do not bind this user");
            assertThat(delete(deletion("closed/1")).detail()).contains("permission denied");
            assertThat(delete(deletion("closed/1")).outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void refusesAFileThatOnlyAnEtagIdentifies() {
        put("r1/1", 1, WRITTEN);
        Deletion byEtag = new Deletion(FilePath.of("1"), new Expectation("\"e1\"", null, null, null));
        Deletion byBoth = new Deletion(FilePath.of("1"), new Expectation("\"e1\"", 1L, WRITTEN, null));

        assertThat(delete(byEtag).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(holds("r1/1")).isTrue();
        assertThat(delete(byBoth).outcome()).isEqualTo(Outcome.DELETED);
    }

    @Test
    void stopsBetweenTwoFilesWhenTheGuardRefuses() {
        put("r1/1", 5, WRITTEN);
        put("r1/2", 5, WRITTEN);
        int[] checks = {0};
        CallGuard once = length -> checks[0]++ == 0 ? Optional.empty() : Optional.of("the lease ends");

        assertThat(store().deleteMany(ROOT, List.of(deletion("1"), deletion("2")), once))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.FAILED_RETRYABLE);
        assertThat(holds("r1/2")).isTrue();
    }

    @Test
    void movesNeitherThroughALinkNorOntoOne() throws IOException {
        Path outsider = outsider();
        put("r1/1", 1, WRITTEN);
        Files.createSymbolicLink(base().resolve(".trash"), outsider.getParent());

        assertThat(objects().move(move("r1/1", ".trash/1"), FREE)).isInstanceOf(Moved.Refused.class);
        assertThat(objects().move(move("r1/1", ".trash/new/1"), FREE)).isInstanceOf(Moved.Refused.class);
        assertThat(objects().move(move(".trash/1", "r1/2"), FREE)).isInstanceOf(Moved.Refused.class);
        assertThat(holds("r1/1")).isTrue();
        assertThat(outsider.getParent()).isDirectoryNotContaining(path -> !path.equals(outsider));
    }

    @Test
    void doesNotTakeAMissingTargetDirectoryForAnAbsentFile() throws Exception {
        put("r1/1", 1, WRITTEN);
        Path made = Files.createDirectories(base().resolve(".trash/c1"));
        try (Directory from = Directory.open(base().resolve("r1"));
                Directory to = Directory.open(made)) {
            Files.delete(made);

            assertThatThrownBy(() -> LocalObjectStore.rename(from, to, move("r1/1", ".trash/c1/1"), facts("r1/1")))
                    .isInstanceOfSatisfying(
                            StorageProblemException.class,
                            e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.UNKNOWN));
            assertThatThrownBy(() -> LocalObjectStore.rename(from, to, move("r1/2", ".trash/c1/1"), facts("r1/1")))
                    .isInstanceOfSatisfying(
                            StorageProblemException.class,
                            e -> assertThat(e.kind()).isEqualTo(StorageProblemException.Kind.ABSENT));
        }
        assertThat(holds("r1/1")).isTrue();
    }

    @Test
    void leavesLinksAndDevicesOutOfAListing() throws Exception {
        put("r1/1", 1, WRITTEN);
        Files.createSymbolicLink(base().resolve("r1/link"), outsider());
        Files.createSymbolicLink(base().resolve("r1/linked-dir"), outsider().getParent());
        List<ListingPage> pages = new ArrayList<>();

        objects().list(ObjectKey.of("r1"), pages::add, FREE);

        assertThat(pages)
                .flatExtracting(ListingPage::objects)
                .extracting(ListingPage.Listed::key)
                .containsExactly(ObjectKey.of("r1/1"));
        assertThat(pages).flatExtracting(ListingPage::directories).isEmpty();
    }

    /** Lists names that databases, backups and people have left in such directories. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void listsNamesExactlyOrCountsThem() throws Exception {
        Path root = Files.createDirectories(base().resolve("r1"));
        bash(root, """
                for n in plain.sst ' lead.sst' 'trail.sst ' $'new\\nline.sst' $'tab\\tx.sst' 'a%2Fb.sst' 'back\\slash.sst' ..dots \\
                    $'u\\xcc\\x88nfd.sst' $'\\xc3\\xbcnfc.sst' $'bad\\xffutf8.sst' $'\\xef\\xbf\\xbd.sst' \\
                    "$(printf 'L%.0s' $(seq 255))" $'\\xe2\\x80\\xaertl.sst' $'\\xf0\\x9f\\x98\\x80.sst'; do
                  echo x >"$n"
                done
                mkdir $'dir\\xfe' dir && echo x >$'dir\\xfe/1' && echo x >dir/1
                """);
        List<ListingPage> pages = new ArrayList<>();

        objects().list(ObjectKey.of("r1"), pages::add, FREE);

        assertThat(pages)
                .flatExtracting(ListingPage::objects)
                .extracting(each -> each.key().value().substring("r1/".length()))
                .containsExactlyInAnyOrder(
                        "plain.sst",
                        " lead.sst",
                        "trail.sst ",
                        "a%2Fb.sst",
                        "back\\slash.sst",
                        "..dots",
                        "u\u0308nfd.sst",
                        "\u00fcnfc.sst",
                        "\ufffd.sst",
                        "L".repeat(255),
                        "\u202ertl.sst",
                        "\ud83d\ude00.sst");
        assertThat(pages).flatExtracting(ListingPage::directories).containsExactly(ObjectKey.of("r1/dir"));
        assertThat(pages)
                .flatExtracting(ListingPage::unrepresentable)
                .containsExactlyInAnyOrder("bad%FFutf8.sst", "dir%FE", "new%0Aline.sst", "tab%09x.sst");
        for (ListingPage.Listed each : pages.getFirst().objects()) {
            FilePath path = FilePath.of(each.key().value().substring("r1/".length()));
            assertThat(delete(deletion(path.value())).outcome())
                    .as(path.value())
                    .isEqualTo(Outcome.DELETED);
        }
    }

    private static void bash(Path directory, String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void failsAListingOfWhatIsNotMounted() throws IOException {
        assertThatThrownBy(() -> objects().list(ObjectKey.of("r1"), page -> {}, FREE))
                .hasMessageContaining("mounted");
        Files.createDirectories(base());
        assertThatThrownBy(() -> objects().list(ObjectKey.of("r1"), page -> {}, FREE))
                .hasMessageContaining("mounted");
    }

    @Test
    void leavesNoTemporaryFileWhereAWriteFailed() throws Exception {
        put("keep", 1, WRITTEN);
        assertThatThrownBy(() -> objects().write(ObjectKey.of("a/1"), 9, new ByteArrayInputStream(new byte[3])))
                .isInstanceOf(IOException.class);
        assertThat(base().resolve("a")).isEmptyDirectory();
    }

    @Test
    void leavesEmptyDirectoriesAndHardLinksAlone() throws IOException {
        put("r1/a/1", 1, WRITTEN);
        Files.createLink(temp.resolve("other-name"), base().resolve("r1/a/1"));

        assertThat(delete(deletion("a/1")).outcome()).isEqualTo(Outcome.DELETED);
        assertThat(base().resolve("r1/a")).exists();
        assertThat(temp.resolve("other-name")).exists();
    }

    @Test
    void neverLeavesTheRootWhileAnotherProcessSwapsADirectoryForALink() throws Exception {
        Path outsider = outsider();
        Path swapped = base().resolve("r1/dir");
        Path real = base().resolve("r1/real");
        Path link = base().resolve("r1/link");
        put("r1/dir/1", 5, WRITTEN);
        AtomicBoolean stop = new AtomicBoolean();
        Thread attacker = Thread.ofPlatform().start(() -> {
            try {
                while (!stop.get()) {
                    Files.createSymbolicLink(link, outsider.getParent());
                    Files.move(swapped, real);
                    Files.move(link, swapped, StandardCopyOption.ATOMIC_MOVE);
                    Files.delete(swapped);
                    Files.move(real, swapped);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            for (int i = 0; i < 20_000; i++) {
                // What it meets in between may also be an error that passes; it is read as no absence.
                assertThat(delete(deletion("dir/1")).outcome())
                        .isIn(Outcome.DELETED, Outcome.ALREADY_ABSENT, Outcome.REFUSED, Outcome.FAILED_RETRYABLE);
                assertThat(attacker.isAlive()).isTrue();
            }
        } finally {
            stop.set(true);
            attacker.join();
        }
        assertThat(outsider).exists();
    }

    @Test
    void rejectsSettingsThatNameNoPlace() {
        assertThatThrownBy(() -> new LocalStoreSettings(Path.of("relative"), null))
                .hasMessageContaining("absolute");
        assertThatThrownBy(() -> new LocalStoreSettings(Path.of("/data"), "../marker"))
                .hasMessageContaining("marker");
    }

    /** A stat can take as long as the storage's time-out: a call that is out of time makes no more of them. */
    @Test
    void checksTheTrashOnlyAsLongAsTheGuardPermits() {
        put("r1/other", 1);
        AtomicInteger lookups = new AtomicInteger(2);
        CallGuard forTheFilesThemselves =
                length -> lookups.getAndDecrement() > 0 ? Optional.empty() : Optional.of("out of time");

        List<FileResult> results = store().treat(
                        ROOT, List.of(revoked("1"), revoked("2")), new Treatment.Trash(COMMAND), forTheFilesThemselves);

        assertThat(results)
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.FAILED_RETRYABLE, Outcome.FAILED_RETRYABLE);
    }
}
