package io.sexton.demo.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.demo.database.QueryReport.Answered;
import io.sexton.demo.database.QueryReport.Ending;
import io.sexton.demo.database.QueryReport.MetMissingFile;
import io.sexton.demo.database.QueryReport.MetWrongData;
import io.sexton.proto.FilePath;
import io.sexton.sources.rocksdb.Manifest;
import io.sexton.sources.rocksdb.StoredFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VersionScanTest {

    private static final int WRITES = 20_000;

    @TempDir
    private Path directory;

    @Test
    void returnsEveryRowOfTheVersion() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);

        long rows = ExpectedContents.after(region.workload(), WRITES).rows();
        assertThat(scanned(region, region.manifestFile().load())).isEqualTo(new Answered(rows));
    }

    @Test
    void meetsAFileThatIsNotThere() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);
        FilePath gone = region.manifestFile().load().files().firstKey();
        Files.delete(region.store().resolve(gone));

        assertThat(scanned(region, region.manifestFile().load())).isEqualTo(new MetMissingFile(gone));
    }

    @Test
    void meetsDamagedData() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);
        Path file = region.store().resolve(region.manifestFile().load().files().lastKey());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 1;
        Files.write(file, bytes);

        assertThat(scanned(region, region.manifestFile().load())).isInstanceOf(MetWrongData.class);
    }

    @Test
    void noticesThatAVersionLacksAFile() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);
        Manifest whole = region.manifestFile().load();
        NavigableMap<FilePath, StoredFile> files = new TreeMap<>(whole.files());
        files.pollFirstEntry();

        assertThat(scanned(region, new Manifest(whole.version(), whole.sequence(), files)))
                .isInstanceOf(MetWrongData.class);
    }

    @Test
    void noticesValuesFromAfterTheVersion() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);
        Manifest whole = region.manifestFile().load();

        assertThat(scanned(region, new Manifest(whole.version(), WRITES - 100, whole.files())))
                .isInstanceOf(MetWrongData.class);
    }

    private static Ending scanned(SharedRegion region, Manifest manifest) {
        VersionScan scan = new VersionScan(region, manifest, new Random(1));
        while (scan.hasNext()) {
            Optional<Ending> failed = scan.readNext();
            if (failed.isPresent()) {
                return failed.get();
            }
        }
        return scan.conclude();
    }
}
