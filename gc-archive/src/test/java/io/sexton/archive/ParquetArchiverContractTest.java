package io.sexton.archive;

import io.sexton.deleter.archive.ArchiverContract;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.ArchiverProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class ParquetArchiverContractTest extends ArchiverContract {
    private static final String MARKER = ".marker";
    private static final int ROWS_OF_A_FILE = 20;

    @TempDir
    private Path dir;

    @BeforeEach
    void mark() throws Exception {
        Files.createFile(dir.resolve(MARKER));
    }

    @Override
    protected Archiver archiver() {
        return new ParquetArchiver(new ArchiverProvider.Settings(dir, Duration.ofDays(1), 1, MARKER));
    }

    @Override
    protected List<String> kept() throws Exception {
        Path archive = dir.resolve("r-c1/2026-01-01T00-00-00Z.parquet");
        Map<String, Integer> rows = new TreeMap<>();
        if (Files.exists(archive)) {
            ArchivedMetrics.read(archive, row -> rows.merge(row.host(), 1, Integer::sum));
        }
        List<String> paths = new ArrayList<>();
        rows.forEach((host, count) -> paths.addAll(Collections.nCopies(count / ROWS_OF_A_FILE, host + "/1.json")));
        return paths;
    }
}
