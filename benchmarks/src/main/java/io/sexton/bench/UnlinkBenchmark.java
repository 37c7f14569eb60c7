package io.sexton.bench;

import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LimitedStore;
import io.sexton.deleter.storage.Limits;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes of a local store, as the deleter makes them (each file is checked, against its size, its time and its path
 * under the root), as a ratio to a plain unlink of as many files by as many threads.
 *
 * <p>Arguments: files (100,000), rounds (7), threads (8).
 */
public final class UnlinkBenchmark {
    private static final int REGIONS = 100;
    private static final int FILES_OF_A_CALL = 250;

    private final Path dir;
    private final int files;
    private final int threads;

    private UnlinkBenchmark(Path dir, int files, int threads) {
        this.dir = dir;
        this.files = files;
        this.threads = threads;
    }

    public static void main(String[] args) throws Exception {
        int files = Arguments.number(args, 0, 100_000);
        int rounds = Arguments.number(args, 1, 7);
        int threads = Arguments.number(args, 2, 8);
        Path dir = Files.createTempDirectory("sexton-bench");
        try {
            UnlinkBenchmark benchmark = new UnlinkBenchmark(dir, files, threads);
            Ratios.compare(
                    "files/s",
                    files,
                    rounds,
                    "the local store",
                    benchmark::byStore,
                    "plain unlink",
                    benchmark::plainly);
        } finally {
            Directories.delete(dir);
        }
    }

    private double byStore() throws Exception {
        writeFiles();
        Limits none = new Limits(Limits.Rates.NONE, System::nanoTime);
        FileStore store = new FileStore(
                new LimitedStore(new LocalObjectStore(new LocalStoreSettings(dir, null)), List.of(none)),
                RootShape.parse("{region}"));
        List<Ratios.Work> shares = new ArrayList<>();
        for (int region = 0; region < REGIONS; region++) {
            RegionRoot root = new RegionRoot(RegionId.of(name(region)), name(region));
            List<Deletion> deletions = deletionsOf(region);
            shares.add(() -> {
                // A region has one call at a time.
                for (int from = 0; from < deletions.size(); from += FILES_OF_A_CALL) {
                    List<Deletion> call = deletions.subList(from, Math.min(deletions.size(), from + FILES_OF_A_CALL));
                    requireDeleted(store.deleteMany(root, call, length -> Optional.empty()));
                }
            });
        }
        return Ratios.seconds(threads, shares);
    }

    private List<Deletion> deletionsOf(int region) throws Exception {
        List<Deletion> deletions = new ArrayList<>();
        for (int file = region; file < files; file += REGIONS) {
            Instant modified = Files.getLastModifiedTime(file(file)).toInstant();
            deletions.add(new Deletion(
                    FilePath.of(path(file)),
                    new Expectation(null, 0L, Instant.ofEpochMilli(modified.toEpochMilli()), Instant.now())));
        }
        return deletions;
    }

    static void requireDeleted(List<FileResult> results) {
        results.stream()
                .filter(each -> each.outcome() != Outcome.DELETED)
                .findFirst()
                .ifPresent(other -> {
                    throw new IllegalStateException("not deleted: " + other);
                });
    }

    private double plainly() throws Exception {
        writeFiles();
        List<Ratios.Work> shares = new ArrayList<>();
        for (int region = 0; region < REGIONS; region++) {
            List<Path> share = new ArrayList<>();
            for (int file = region; file < files; file += REGIONS) {
                share.add(file(file));
            }
            shares.add(() -> {
                for (Path each : share) {
                    Files.delete(each);
                }
            });
        }
        return Ratios.seconds(threads, shares);
    }

    private void writeFiles() throws Exception {
        for (int file = 0; file < files; file++) {
            if (file < REGIONS) {
                Files.createDirectories(file(file).getParent());
            }
            Files.createFile(file(file));
        }
    }

    private Path file(int file) {
        return dir.resolve(name(file % REGIONS)).resolve(path(file));
    }

    private static String name(int region) {
        return "region-" + region;
    }

    private static String path(int file) {
        return "%08d.sst".formatted(file);
    }
}
