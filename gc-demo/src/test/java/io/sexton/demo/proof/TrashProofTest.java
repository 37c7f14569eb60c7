package io.sexton.demo.proof;

import static io.sexton.demo.proof.History.FILE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.proto.RegionId;
import io.sexton.v1.Disposition;
import io.sexton.v1.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

final class TrashProofTest {

    @TempDir
    private Path store;

    private long size;

    @BeforeEach
    void putFilesIntoTheTrash() throws Exception {
        for (String command : List.of("1-0-1-0", "2-0-4-0")) {
            Path file = store.resolve(keyOf(command).value());
            Files.createDirectories(file.getParent());
            writeTable(file);
            size = Files.size(file);
        }
    }

    @Test
    void holdsWhereAFileWasRestoredAndWentAgain() {
        assertThat(check(deletions(5, 12), List.of(trashed("2-0-4-0")), List.of(trashed("1-0-1-0"))))
                .isEmpty();
    }

    @Test
    void failsForAFileThatIsNotInTheTrash() {
        assertThat(check(deletions(5, 12), List.of(), List.of(trashed("1-0-1-0"))))
                .anyMatch(violation -> violation.contains("is in the trash 0 times"));
    }

    @Test
    void failsForAFileThatIsThereTwice() {
        assertThat(check(
                        deletions(5, 12), List.of(trashed("1-0-1-0"), trashed("2-0-4-0")), List.of(trashed("1-0-1-0"))))
                .anyMatch(violation -> violation.contains("is in the trash 2 times"))
                .anyMatch(violation -> violation.contains("still where it was"));
    }

    @Test
    void failsForARestoredFileThatNeverCameBack() {
        assertThat(check(deletions(5), List.of(), List.of(trashed("1-0-1-0"))))
                .anyMatch(violation -> violation.contains("did not come back"));
    }

    @Test
    void failsForADamagedFile() throws Exception {
        Files.write(store.resolve(keyOf("2-0-4-0").value()), new byte[(int) size]);

        assertThat(check(deletions(5, 12), List.of(trashed("2-0-4-0")), List.of(trashed("1-0-1-0"))))
                .singleElement()
                .asString()
                .contains("cannot be read");
    }

    private List<String> check(
            Map<Deletion, Condemned> deletions, List<TrashedFile> trash, List<TrashedFile> restored) {
        return new TrashProof(deletions, store, trash, restored).check().violations();
    }

    /** Returns deletions of the file at each of these times; it has been condemned twice. */
    private Map<Deletion, Condemned> deletions(double... seconds) {
        History history = new History()
                .removes(1, FILE)
                .condemns(Reason.OBSOLETE, 1, 4, 0)
                .removes(8, FILE)
                .condemns(Reason.OBSOLETE, 8, 11, 2);
        Condemnations trashing = history.condemnations(
                History.POLICY.toBuilder().setDisposition(Disposition.TRASH).build());
        return trashing.commandsOf(Arrays.stream(seconds)
                .mapToObj(second -> new Deletion(
                        new Condemnations.Name(History.REGION, FILE), size, History.at(second), History.at(second)))
                .toList());
    }

    private TrashedFile trashed(String command) {
        return new TrashedFile(
                new RegionRoot(RegionId.of(History.REGION), History.REGION),
                FILE,
                new Treatment.CommandName(command, History.at(0)),
                keyOf(command),
                new ObjectFacts(size, History.at(0), null));
    }

    private static ObjectKey keyOf(String command) {
        return ObjectKey.of(".trash/r-r1/" + command + "/r1/" + FILE.value());
    }

    private static void writeTable(Path file) throws RocksDBException {
        try (EnvOptions env = new EnvOptions();
                Options options = new Options();
                SstFileWriter writer = new SstFileWriter(env, options)) {
            writer.open(file.toString());
            writer.put(new byte[] {1}, new byte[100]);
            writer.finish();
        }
    }
}
