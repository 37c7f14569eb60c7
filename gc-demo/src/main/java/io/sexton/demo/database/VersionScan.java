package io.sexton.demo.database;

import io.sexton.demo.database.QueryReport.Answered;
import io.sexton.demo.database.QueryReport.Ending;
import io.sexton.demo.database.QueryReport.MetMissingFile;
import io.sexton.demo.database.QueryReport.MetWrongData;
import io.sexton.demo.database.QueryReport.Read;
import io.sexton.proto.FilePath;
import io.sexton.sources.rocksdb.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * A comparison of all rows of one version, read from the store's files in any order, with the writes of the workload.
 *
 * <p>Each value contains the number of its write, so the newest value of a row is known without RocksDB's levels.
 * Deletions are not visible in a file; they show in that no value is newer than they are.
 *
 * <p>Not safe for use by several threads.
 */
final class VersionScan {

    private final SharedRegion region;
    private final Manifest manifest;
    private final Deque<FilePath> toRead;
    private final List<Read> reads = new ArrayList<>();
    /** By row, the newest write that any file has a value of; 0 if none has. */
    private final long[] newest;

    private @Nullable String wrongRow;

    VersionScan(SharedRegion region, Manifest manifest, Random order) {
        this.region = region;
        this.manifest = manifest;
        this.newest = new long[region.workload().rows()];
        List<FilePath> shuffled = new ArrayList<>(manifest.files().keySet());
        Collections.shuffle(shuffled, order);
        this.toRead = new ArrayDeque<>(shuffled);
    }

    int size() {
        return manifest.files().size();
    }

    boolean hasNext() {
        return !toRead.isEmpty();
    }

    /** Reads the next file, whole. Empty if it is as it must be. */
    Optional<Ending> readNext() {
        FilePath path = toRead.remove();
        try {
            StoredTable.read(region.store().resolve(path), this::check);
        } catch (RocksDBException | IOException e) {
            return Optional.of(
                    Files.exists(region.store().resolve(path))
                            ? new MetWrongData(region.id() + "/" + path + ": " + e.getMessage())
                            : new MetMissingFile(path));
        }
        reads.add(new Read(path, Instant.now()));
        return Optional.ofNullable(wrongRow).map(MetWrongData::new);
    }

    private void check(byte[] key, byte[] value) {
        Workload workload = region.workload();
        int row = Workload.row(key);
        long write = Workload.writtenBy(value);
        boolean right = write > 0
                && write <= manifest.sequence()
                && workload.operation(write).equals(new Operation.Put(write, row))
                && Arrays.equals(value, workload.value(write));
        if (!right) {
            wrongRow = "version " + manifest.version() + " of " + region.id() + " has a value in row " + row
                    + " that was never written";
        }
        newest[row] = Math.max(newest[row], write);
    }

    /** Compares the rows after the last file: the version must have every expected row and no other. */
    Ending conclude() {
        ExpectedContents expected = ExpectedContents.after(region.workload(), manifest.sequence());
        for (int row = 0; row < newest.length; row++) {
            Optional<String> problem = expected.problemWith(row, newest[row]);
            if (problem.isPresent()) {
                return new MetWrongData("version " + manifest.version() + " of " + region.id() + ": " + problem.get());
            }
        }
        return new Answered(expected.rows());
    }

    QueryReport report(String readerId, int rejections, Ending ending) {
        return new QueryReport(
                readerId,
                region.id().value(),
                manifest.version(),
                manifest.files().keySet(),
                reads,
                rejections,
                ending);
    }
}
