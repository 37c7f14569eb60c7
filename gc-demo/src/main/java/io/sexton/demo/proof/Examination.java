package io.sexton.demo.proof;

import io.sexton.deleter.storage.TrashedFile;
import io.sexton.demo.database.Locked;
import io.sexton.demo.database.QueryReport;
import io.sexton.demo.database.Region;
import io.sexton.demo.database.SharedRegion;
import io.sexton.demo.metrics.MetricsCluster;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that the demo proves, from everything that it has seen. */
public final class Examination {

    private Examination() {}

    /**
     * What was seen while the demo ran.
     *
     * @param regions settled: nothing writes to them any more
     * @param writes how often each was written to, by the count of those who wrote
     * @param readers of all queries
     * @param lost what lost nodes left in the store, by region
     * @param locked when regions were certainly locked for a migration
     */
    public record Seen(
            List<Region> regions,
            Map<SharedRegion, Long> writes,
            List<QueryReport> readers,
            Map<String, Set<FilePath>> lost,
            List<Locked> locked,
            StoreObserver store) {}

    /**
     * What was kept of what is gone.
     *
     * @param cluster all of its checkpoints are written
     * @param store the directory of the regions' store
     * @param trash all that lies in its trash
     * @param restored what was taken from there before
     * @param archive the directory of the cluster's archive
     */
    public record Kept(
            MetricsCluster cluster, Path store, List<TrashedFile> trash, List<TrashedFile> restored, Path archive) {}

    /**
     * What came of it.
     *
     * @param summary what happened, in numbers
     */
    public record Findings(List<String> summary, List<Verdict> verdicts) {
        /** Whether all is proved. */
        public boolean hold() {
            return verdicts.stream().allMatch(Verdict::holds);
        }
    }

    /**
     * Examines.
     *
     * @param log read after all was settled
     * @param kept what the run keeps of what is gone; null where it keeps nothing
     * @param policies the regions'
     * @param conditions under which all this happened
     * @param scratch a directory for restored databases
     */
    public static Findings examine(
            Seen seen, @Nullable Kept kept, AuditLog log, RegionPolicies policies, Conditions conditions, Path scratch)
            throws IOException {
        seen.store().look();
        Condemnations condemnations = Condemnations.of(log.commands(), policies);
        Map<String, PinSpan> pins = PinSpan.read(log);
        List<Deletion> deletions = seen.store().deletions();
        Map<Deletion, Condemned> commands = condemnations.commandsOf(deletions);
        List<Verdict> verdicts = new ArrayList<>(List.of(
                new StoreProof(seen.regions()).check(),
                new ContentsProof(seen.writes(), scratch).check(),
                new ReadersProof(seen.readers(), pins, condemnations, conditions).check(),
                new LingerProof(log, condemnations, deletions, conditions).check(),
                new ReportsProof(log, condemnations).check(),
                new LocksProof(log, deletions, seen.locked(), conditions).check(),
                new AgreementProof(log, condemnations, seen.lost()).check()));
        if (kept != null) {
            verdicts.add(new TrashProof(commands, kept.store(), kept.trash(), kept.restored()).check());
            verdicts.add(new ArchiveProof(kept.cluster(), kept.archive()).check());
        }
        Summary summary = new Summary(log, commands, seen.store().counts(), seen.readers(), pins);
        return new Findings(summary.text(), List.copyOf(verdicts));
    }

    /** How many condemned files have no report yet. */
    public static long unreported(AuditLog log, RegionPolicies policies) {
        return new ReportsProof(log, Condemnations.of(log.commands(), policies)).unreported();
    }
}
