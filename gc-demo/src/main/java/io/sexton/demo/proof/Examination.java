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

/** All proofs of the demo, from all its observations. */
public final class Examination {

    private Examination() {}

    /**
     * The observations of a demo run.
     *
     * @param regions settled: no more writes
     * @param writes number of writes of each, by its writers' count
     * @param readers of all queries
     * @param lost files that lost nodes left in the store, by region
     * @param locked times at which regions were certainly locked for a migration
     */
    public record Seen(
            List<Region> regions,
            Map<SharedRegion, Long> writes,
            List<QueryReport> readers,
            Map<String, Set<FilePath>> lost,
            List<Locked> locked,
            StoreObserver store) {}

    /**
     * The copies of deleted files.
     *
     * @param cluster all of its checkpoints are written
     * @param store the directory of the regions' store
     * @param trash all files in its trash
     * @param restored files restored from there before
     * @param archive the directory of the cluster's archive
     */
    public record Kept(
            MetricsCluster cluster, Path store, List<TrashedFile> trash, List<TrashedFile> restored, Path archive) {}

    /**
     * The result of an examination.
     *
     * @param summary the events, in numbers
     */
    public record Findings(List<String> summary, List<Verdict> verdicts) {
        /** Returns true if all claims are proved. */
        public boolean hold() {
            return verdicts.stream().allMatch(Verdict::holds);
        }
    }

    /**
     * Examines.
     *
     * @param log read after all work has ended
     * @param kept copies of deleted files that the run keeps; null if it keeps none
     * @param policies the regions'
     * @param conditions under which the run happened
     * @param scratch a directory for restored databases
     */
    public static Findings examine(
            Seen seen, @Nullable Kept kept, AuditLog log, RegionPolicies policies, Conditions conditions, Path scratch)
            throws IOException {
        seen.store().observe();
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

    /** Returns the number of condemned files without a report so far. */
    public static long unreported(AuditLog log, RegionPolicies policies) {
        return new ReportsProof(log, Condemnations.of(log.commands(), policies)).unreported();
    }
}
