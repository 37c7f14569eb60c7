package io.sexton.demo.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.proto.FilePath;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestoredRegionTest {

    private static final int WRITES = 20_000;

    @TempDir
    private Path directory;

    @Test
    void findsEveryRowOfARegionThatIsWhole() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);

        assertThat(RestoredRegion.problems(region, expected(WRITES), directory.resolve("restored")))
                .isEmpty();
    }

    @Test
    void missesTheLastWrites() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);

        assertThat(RestoredRegion.problems(region, expected(WRITES + 50), directory.resolve("restored")))
                .isNotEmpty();
    }

    @Test
    void doesNotOpenWithoutOneOfItsFiles() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);
        Files.delete(anyFile(region));

        assertThat(RestoredRegion.problems(region, expected(WRITES), directory.resolve("restored")))
                .singleElement()
                .asString()
                .contains("cannot be opened");
    }

    @Test
    void noticesADamagedFile() throws Exception {
        SharedRegion region = StoredRegions.written(directory, WRITES);
        byte[] bytes = Files.readAllBytes(anyFile(region));
        bytes[bytes.length / 3] ^= 1;
        Files.write(anyFile(region), bytes);

        assertThat(RestoredRegion.problems(region, expected(WRITES), directory.resolve("restored")))
                .isNotEmpty();
    }

    private static ExpectedContents expected(long writes) {
        return ExpectedContents.after(StoredRegions.workload(), writes);
    }

    private static Path anyFile(SharedRegion region) throws Exception {
        FilePath first = region.manifestFile().load().files().firstKey();
        return region.store().resolve(first);
    }
}
