package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** As one that is retryable it would be tried again for ever, and nobody would see it. */
    @Test
    void refusesToKeepFilesOfARegionWhoseIdIsTooLongForAName() {
        String longId = "\u8868".repeat(29);
        RegionRoot root = new RegionRoot(RegionId.of(longId), longId);
        put(longId + "/1", 7);

        assertThat(store().trashMany(root, List.of(deletion("1")), COMMAND, FREE))
                .singleElement()
                .satisfies(result -> {
                    assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
                    assertThat(result.detail()).contains("so long an id");
                });
        assertThat(holds(longId + "/1")).isTrue();
    }

    @Test
    void looksForWhatIsToStayInTheTrashToo() {
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
