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
 * Turns metric checkpoints into one Parquet file for each cluster and period. A cluster is a region; a file's host is
 * the first directory of its path.
 *
 * <p>Hosts are read and packed ahead of the one that is written, by several threads and by as many hosts: so much is in
 * memory, however many hosts there are. A file that is no checkpoint is left alone and said to be broken; where an
 * archive cannot be written, the files of its period stay, and the others go on.
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

    /** All that a call brings goes at once: whatever is added to an archive makes it written anew. */
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
     * Half of the time that is left now. The other half is for making the archive durable with what was read until then:
     * reading that took all of the time would come to nothing, however often it is repeated.
     */
    private CallGuard halfOf(CallGuard guard) {
        long began = nanoTime.getAsLong();
        return length -> guard.whyStop(length.plusNanos(nanoTime.getAsLong() - began));
    }

    /** Hosts in order, and the files of each. What lies in no host's directory is nobody's. */
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
