package io.sexton.archive;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.ArchiverProvider;
import io.sexton.deleter.storage.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * An archiver of metric checkpoints, which writes one Parquet file for each cluster and period. A cluster is a region;
 * a file's host is the first directory of its path.
 *
 * <p>Hosts are read and encoded ahead of the one that is written, by several threads, one host each: memory is bounded
 * by their number, however many hosts there are. A file that is no checkpoint is not changed and reported as broken;
 * where an archive cannot be written, the files of its period stay, and the others are archived.
 */
public final class ParquetArchiver implements Archiver {

    private final ArchiverProvider.Settings settings;
    private final LongSupplier nanoTime;

    /** Writes there. */
    public ParquetArchiver(ArchiverProvider.Settings settings) {
        this(settings, System::nanoTime);
    }

    /** @param nanoTime the monotonic clock */
    ParquetArchiver(ArchiverProvider.Settings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /** Archives all files of a call at once, because each addition rewrites the archive. */
    @Override
    public List<Archived> archive(
            ObjectStore objects,
            RegionRoot root,
            List<Candidate> files,
            Treatment.CommandName command,
            CallGuard guard) {
        Map<Candidate, Archived> answers = new HashMap<>();
        try (ClusterArchive cluster = new ClusterArchive(settings, root.region(), guard)) {
            HostReaders readers = new HostReaders(objects, settings.readers(), halfOf(guard));
            readers.read(byHost(files, answers), cluster::prepare, host -> {
                answers.putAll(host.failed());
                cluster.add(host);
            });
            answers.putAll(cluster.finish());
        } catch (IOException e) {
            files.forEach(file -> answers.putIfAbsent(file, new Archived.NotKept("cannot be archived: " + e)));
        }
        List<Archived> ordered = new ArrayList<>();
        files.forEach(
                file -> ordered.add(answers.getOrDefault(file, new Archived.NotKept("was not come to this time"))));
        return ordered;
    }

    /**
     * Returns a guard for half of the remaining time. The other half makes the archive durable with what was read until
     * then: if reading took all of the time, every attempt would fail.
     */
    private CallGuard halfOf(CallGuard guard) {
        long began = nanoTime.getAsLong();
        return length -> guard.whyStop(length.plusNanos(nanoTime.getAsLong() - began));
    }

    /** Returns hosts in order, and the files of each. Files outside of a host's directory belong to no host. */
    private static Map<String, List<Candidate>> byHost(List<Candidate> files, Map<Candidate, Archived> answers) {
        Map<String, List<Candidate>> hosts = new TreeMap<>();
        for (Candidate file : files) {
            int slash = file.path().value().indexOf('/');
            if (slash < 0) {
                answers.put(file, new Archived.Broken("lies in no host's directory"));
            } else {
                hosts.computeIfAbsent(file.path().value().substring(0, slash), host -> new ArrayList<>())
                        .add(file);
            }
        }
        return hosts;
    }
}
