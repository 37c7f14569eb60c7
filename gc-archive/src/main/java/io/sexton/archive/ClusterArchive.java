package io.sexton.archive;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.Archiver.Archived;
import io.sexton.deleter.storage.Archiver.Candidate;
import io.sexton.deleter.storage.ArchiverProvider;
import io.sexton.deleter.storage.KeptName;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The archives of one cluster that one call adds to, each of another period. For one thread, but for preparations. */
final class ClusterArchive implements AutoCloseable {

    /** The additions to one archive, with the failure that ended them, if there was one. */
    private static final class Period {
        private final Path file;
        private final Set<String> before;
        private final List<Candidate> added = new ArrayList<>();
        private final List<Candidate> again = new ArrayList<>();
        private @Nullable MetricsFile open;
        private @Nullable String failure;

        private Period(Path file, Set<String> before) {
            this.file = file;
            this.before = before;
        }
    }

    /**
     * A host, ready to be added.
     *
     * @param read its checkpoints, and the period of each
     * @param rows a row group for each of the archives that receive one
     * @param failed files that could not be read
     */
    record Prepared(
            Map<Candidate, Instant> read, Map<Instant, MetricsFile.RowGroup> rows, Map<Candidate, Archived> failed) {}

    private final ArchiverProvider.Settings settings;
    private final RegionId cluster;
    private final Path directory;
    private final CallGuard guard;
    private final Map<Instant, Period> periods = new TreeMap<>();

    /**
     * @param guard checked before each operation that changes an archive
     * @throws IOException if the archive's directory does not exist, or the cluster's cannot be prepared
     */
    ClusterArchive(ArchiverProvider.Settings settings, RegionId cluster, CallGuard guard) throws IOException {
        this.settings = settings;
        this.cluster = cluster;
        this.guard = guard;
        this.directory = settings.directory().resolve(KeptName.of(cluster));
        requireMounted(settings);
        // WARNING: after the loss of the region's lock its archives must not be touched: another deleter may write
        // there now.
        requireLeave(guard);
        MetricsFile.discardLeftovers(directory);
    }

    /**
     * WARNING: never creates the directory, and does not use an empty one for a new archive: a file written below a
     * mount point is hidden once its volume is mounted, and its sources are deleted (no file whose archive is not
     * durable).
     */
    private static void requireMounted(ArchiverProvider.Settings settings) throws IOException {
        Path archive = settings.directory();
        String marker = settings.marker();
        if (!MetricsFile.isThere(archive)) {
            throw new IOException("the archive's directory " + archive + " is not there; is its volume mounted?");
        }
        if (marker != null) {
            if (!MetricsFile.isThere(archive.resolve(marker))) {
                throw new IOException("the archive's directory " + archive + " lacks its marker " + marker
                        + "; is its volume mounted?");
            }
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(archive)) {
            if (!entries.iterator().hasNext()) {
                throw new IOException("the archive's directory " + archive
                        + " is empty; is its volume mounted? (if so, configure archive.marker)");
            }
        }
    }

    private static void requireLeave(CallGuard guard) throws IOException {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw new IOException("not attempted: " + stop.get());
        }
    }

    /** Packs a host's rows. By any thread. */
    Prepared prepare(HostReaders.Host host) throws IOException {
        Map<Candidate, Instant> read = new HashMap<>();
        Map<Instant, List<Series>> series = new TreeMap<>();
        for (Map.Entry<Candidate, Checkpoint> each : host.read().entrySet()) {
            Instant begin = beginOf(each.getValue().from());
            read.put(each.getKey(), begin);
            if (!isIn(period(begin), each.getKey())) {
                series.computeIfAbsent(begin, unseen -> new ArrayList<>())
                        .addAll(each.getValue().series());
            }
        }
        Map<Instant, MetricsFile.RowGroup> rows = new TreeMap<>();
        for (Map.Entry<Instant, List<Series>> each : series.entrySet()) {
            rows.put(each.getKey(), MetricsFile.RowGroup.of(cluster.value(), host.name(), each.getValue()));
        }
        return new Prepared(read, rows, host.failed());
    }

    /** Returns true if its rows are in the archive already: a crash came before it was deleted. */
    private static boolean isIn(Period period, Candidate file) {
        return period.before.contains(nameOf(file));
    }

    /** Adds a host: a row group in each archive that its checkpoints belong to. */
    void add(Prepared host) {
        host.read().forEach((file, begin) -> {
            Period period = period(begin);
            (isIn(period, file) ? period.again : period.added).add(file);
        });
        host.rows().forEach((begin, rows) -> write(rows, period(begin)));
    }

    private void write(MetricsFile.RowGroup rows, Period period) {
        if (period.failure != null) {
            return;
        }
        try {
            if (period.open == null) {
                // What it has is copied first, which can take long.
                requireLeave(guard);
                period.open = MetricsFile.open(period.file);
                if (!period.open.has(period.before)) {
                    throw new IOException("it has changed since it was checked");
                }
            }
            period.open.add(rows);
        } catch (IOException | RuntimeException e) {
            // Parquet wraps the file system's error. All written rows of this period are discarded.
            period.failure = "the archive cannot be written: " + e;
        }
    }

    private synchronized Period period(Instant begin) {
        return periods.computeIfAbsent(begin, unseen -> {
            Path file = directory.resolve(begin.toString().replace(':', '-') + ".parquet");
            Period period;
            try {
                period = new Period(file, MetricsFile.sourcesOf(file));
            } catch (IOException | RuntimeException e) {
                // WARNING: an archive that cannot be read is not replaced: what it holds is nowhere else.
                period = new Period(file, Set.of());
                period.failure = "the archive cannot be read: " + e;
            }
            return period;
        });
    }

    private Instant beginOf(Instant from) {
        long length = settings.period().toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(from.toEpochMilli(), length) * length);
    }

    /** Returns a name that distinguishes the file from another one of the same path. */
    private static String nameOf(Candidate file) {
        return file.path().value() + "\t" + file.facts().sizeBytes() + "\t"
                + file.facts().modifiedAt().toEpochMilli();
    }

    /** Publishes the new archives; returns one answer for each file that was added. */
    synchronized Map<Candidate, Archived> finish() {
        Map<Candidate, Archived> answers = new HashMap<>();
        for (Period period : periods.values()) {
            Archived added = finish(period);
            period.added.forEach(file -> answers.put(file, added));
            if (!period.again.isEmpty()) {
                Archived again = again(period);
                period.again.forEach(file -> answers.put(file, again));
            }
        }
        return answers;
    }

    /** Returns the answer for files whose rows an earlier attempt has put into the archive. */
    private static Archived again(Period period) {
        try {
            // WARNING: that attempt may have ended between the rename and the sync: what is seen may not last yet.
            MetricsFile.sync(period.file);
            return new Archived.Kept();
        } catch (IOException e) {
            return new Archived.NotKept("the archive cannot be synced: " + e);
        }
    }

    private Archived finish(Period period) {
        if (period.failure != null) {
            return new Archived.NotKept(period.failure);
        }
        MetricsFile open = period.open;
        if (open == null) {
            return new Archived.NotKept("nothing was written");
        }
        Set<String> names = new TreeSet<>();
        period.added.forEach(file -> names.add(nameOf(file)));
        try {
            requireMounted(settings);
            open.finish(names, guard);
            return new Archived.Kept();
        } catch (IOException | RuntimeException e) {
            return new Archived.NotKept("the archive cannot be written: " + e);
        }
    }

    /** Preparations of what will not be added any more may still be under way. */
    @Override
    public synchronized void close() throws IOException {
        for (Period period : periods.values()) {
            if (period.open != null) {
                period.open.close();
            }
        }
    }
}
