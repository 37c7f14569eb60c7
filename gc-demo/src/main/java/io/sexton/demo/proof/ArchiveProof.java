package io.sexton.demo.proof;

import io.sexton.archive.ArchivedMetrics;
import io.sexton.demo.FileTree;
import io.sexton.demo.metrics.MetricsCluster;
import io.sexton.demo.metrics.MetricsCluster.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Every value of every checkpoint is in the Parquet file of its hour, once, and no other value is; the checkpoints
 * themselves are deleted.
 */
final class ArchiveProof {

    private final MetricsCluster cluster;
    private final Path archive;
    private final List<String> violations = new ArrayList<>();

    /** @param archive the directory that a gc-deleter archives to */
    ArchiveProof(MetricsCluster cluster, Path archive) {
        this.cluster = cluster;
        this.archive = archive;
    }

    Verdict check() throws IOException {
        cluster.left().forEach(file -> violations.add(file.getFileName() + " is still in the store"));
        List<Path> files = files();
        Set<Value> found = new HashSet<>();
        files.forEach(file -> read(file, found));
        long rows = found.size();
        cluster.written().stream()
                .filter(value -> !found.remove(value))
                .forEach(value -> addSome(value + " is not in the archive"));
        found.forEach(value -> addSome(value + " was never written"));
        long periods = cluster.written().stream()
                .map(value -> value.at().truncatedTo(ChronoUnit.HOURS))
                .distinct()
                .count();
        if (files.size() != periods) {
            violations.add("there are " + files.size() + " Parquet files for " + periods + " hours");
        }
        if (cluster.written().isEmpty()) {
            violations.add("nothing was ever measured, which proves nothing");
        }
        return new Verdict(
                "each value of the metric checkpoints is in the Parquet file of its hour, and the checkpoints are gone",
                String.format(
                        "%d checkpoints with %,d values; %d Parquet files with %,d rows",
                        cluster.files(), cluster.written().size(), files.size(), rows),
                violations);
    }

    private List<Path> files() throws IOException {
        // All but the marker of the archive.
        return FileTree.files(archive).keySet().stream()
                .filter(file -> !file.endsWith(".sexton-archive"))
                .toList();
    }

    private void read(Path file, Set<Value> found) {
        Set<Instant> hours = new HashSet<>();
        try {
            ArchivedMetrics.read(file, row -> {
                Value value = new Value(row.host(), row.metric(), row.scope(), row.timestamp(), row.value());
                hours.add(row.timestamp().truncatedTo(ChronoUnit.HOURS));
                if (!row.cluster().equals(MetricsCluster.ID.value()) || !found.add(value)) {
                    addSome(row + " is of another cluster, or there twice");
                }
            });
        } catch (IOException e) {
            violations.add(String.valueOf(e.getMessage()));
        }
        if (hours.size() != 1) {
            violations.add(file.getFileName() + " has rows of the hours " + hours);
        }
    }

    /** Adds a violation, up to a limit: one wrong file has thousands of wrong values. */
    private void addSome(String violation) {
        if (violations.size() < 100) {
            violations.add(violation);
        }
    }
}
