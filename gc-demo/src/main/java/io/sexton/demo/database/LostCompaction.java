package io.sexton.demo.database;

import io.sexton.client.RegionWriter;
import io.sexton.proto.FilePath;
import io.sexton.sources.rocksdb.StoredFile;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.rocksdb.CompressionType;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * A compaction that the leader has delegated to another node, which writes its outputs and crashes. No event reports
 * completion or failure, as when a machine is lost.
 *
 * <p>Its outputs were announced before their first byte, so Sexton has them. After the time-out, the compaction counts
 * as dead; but it may have been committed. So Sexton requests a snapshot of the manifest, and only files that it does
 * not name are deleted.
 */
final class LostCompaction {

    /** Upper bound on the time to a region's first file: longer than Sexton is unavailable in any test. */
    private static final Duration FIRST_FILE = Duration.ofMinutes(5);

    private final SharedRegion region;
    private final RegionWriter writer;
    private final Duration timeout;

    LostCompaction(SharedRegion region, RegionWriter writer, Duration timeout) {
        this.region = region;
        this.writer = writer;
        this.timeout = timeout;
    }

    /** Rewrites the rows of one file into two; what was written stays behind. */
    Set<FilePath> run() throws IOException, InterruptedException, RocksDBException {
        awaitFiles();
        String id = "epoch-" + writer.epoch() + "-elsewhere-1";
        FilePath odd = FilePath.of(id + "-odd.sst");
        FilePath even = FilePath.of(id + "-even.sst");
        // The scope is dropped, neither completed nor failed nor closed: with its node it is just gone.
        var unused = writer.startCompaction(id, List.of(odd, even), timeout);
        // A live file. Should it become obsolete meanwhile, it lingers for longer than this takes.
        StoredFile input = region.manifestFile().load().files().values().stream()
                .max(Comparator.comparingLong(StoredFile::bytes))
                .orElseThrow(() -> new IllegalStateException(region.id() + " has no files any more"));
        try (EnvOptions env = new EnvOptions();
                Options options = new Options().setCompressionType(CompressionType.NO_COMPRESSION);
                SstFileWriter odds = new SstFileWriter(env, options);
                SstFileWriter evens = new SstFileWriter(env, options)) {
            odds.open(region.store().resolve(odd).toString());
            evens.open(region.store().resolve(even).toString());
            StoredTable.read(region.store().resolve(input.path()), (key, value) -> {
                SstFileWriter output = Workload.row(key) % 2 == 0 ? evens : odds;
                output.put(key, value);
            });
            odds.finish();
            evens.finish();
        }
        return Set.of(odd, even);
    }

    /** Waits for files before the compaction begins, because its time-out counts from its begin. */
    private void awaitFiles() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + FIRST_FILE.toNanos();
        while (region.manifestFile().load().files().isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(region.id() + " has no files yet");
            }
            Thread.sleep(100);
        }
    }
}
