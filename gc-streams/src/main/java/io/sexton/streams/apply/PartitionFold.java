package io.sexton.streams.apply;

import io.sexton.fold.core.Fold;
import io.sexton.fold.core.FoldDefinition;
import io.sexton.fold.core.FoldDefinition.Endpoint;
import io.sexton.fold.core.FoldDefinition.Store;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.proto.FilePath;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.streams.decide.Admission;
import io.sexton.streams.decide.EventReader;
import io.sexton.streams.model.Fact;
import io.sexton.streams.query.Census;
import io.sexton.streams.query.Explainer;
import io.sexton.streams.query.Explanation;
import io.sexton.streams.state.Policies;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.Stores;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The fold of one partition of {@code gc.events}. */
public final class PartitionFold implements Fold {
    public static final FoldDefinition<PartitionFold> DEFINITION = new FoldDefinition<>(
            new Endpoint("events", Topics.EVENTS),
            // Rows of regions are cached, because they change with each of the region's events.
            List.of(new Store("files", false), new Store("schedule", false), new Store("regions", true)),
            List.of(new Endpoint("commands", Topics.DELETE_COMMANDS), new Endpoint("notices", Topics.NOTICES)),
            tick -> RegionEvent.newBuilder().setTick(tick).build(),
            "files fall due",
            (partition, stores, placement, sink) -> new PartitionFold(
                    partition,
                    new Stores(stores.apply("files"), stores.apply("schedule"), stores.apply("regions")),
                    placement,
                    sink));

    private final Placement placement;
    private final State state;
    private final Outbox out;
    private final Budget budget;
    private final Completeness completeness;
    private final FileFacts files;
    private final ManifestFacts manifests;
    private final CompactionFacts compactions;
    private final RegionFacts regions;
    private final ReaderFacts readers;
    private final ReferenceFacts references;
    private final InventoryFacts inventories;
    private final OperatorFacts operators;
    private final ReportFacts reports;
    private final Ticks ticks;
    private final Explainer explainer;

    /**
     * Creates the fold of a partition.
     *
     * @param partition that the records come from
     * @param stores of that partition alone, as the last applied record left them
     * @param placement the keys that may occur in that partition
     * @param sink receives the outputs, in order, while a record is applied
     */
    public PartitionFold(int partition, Stores stores, Placement placement, Consumer<Output> sink) {
        this(partition, stores, placement, sink, Bounds.DEFAULT);
    }

    PartitionFold(int partition, Stores stores, Placement placement, Consumer<Output> sink, Bounds bounds) {
        this.placement = placement;
        state = new State(stores);
        out = new Outbox(sink);
        budget = new Budget(bounds.moves());
        Wakes wakes = new Wakes(state, budget);
        Condemning condemning = new Condemning(state);
        Latches latches = new Latches(state, out, wakes);
        FileChanges changes = new FileChanges(state, out, wakes);
        Sweeps sweeps = new Sweeps(state, new Sweeps.Appliers(changes, condemning, out, budget), latches);
        completeness = new Completeness(state, out, wakes);
        files = new FileFacts(state, out, sweeps, changes);
        manifests = new ManifestFacts(files, sweeps, completeness, wakes);
        compactions = new CompactionFacts(state, files, manifests, wakes);
        regions = new RegionFacts(state, out, sweeps, manifests, compactions, completeness, wakes);
        readers = new ReaderFacts(state, out, sweeps, changes, wakes);
        references = new ReferenceFacts(state, out, sweeps, wakes);
        inventories = new InventoryFacts(state, out, files, sweeps, completeness);
        operators = new OperatorFacts(state, out, sweeps, regions, inventories, wakes);
        reports = new ReportFacts(partition, state, out, sweeps, changes, condemning);
        Backlog backlog = new Backlog(state, sweeps, wakes, budget);
        DueFiles dueFiles = new DueFiles(partition, state, out, condemning, wakes, backlog, bounds);
        ticks = new Ticks(
                state, out, readers, compactions, regions, operators, completeness, latches, backlog, dueFiles);
        explainer = new Explainer(state);
    }

    @Override
    public void apply(LogRecord record) {
        budget.refill();
        state.begin(record.offset());
        switch (EventReader.read(record, placement)) {
            case EventReader.Result.OfRegion valid -> applyToRegion(valid.region(), valid.event(), record);
            case EventReader.Result.OfPartition valid -> applyToPartition(valid.event(), record);
            case EventReader.Result.Invalid invalid -> applyInvalid(invalid, record);
        }
        state.flush();
    }

    @Override
    public LogClock clock() {
        return state.clock();
    }

    @Override
    public Optional<Instant> nextWork() {
        return state.nextWork();
    }

    @Override
    public boolean workLeft() {
        // Ticks that disagree with the broker's clock have no effect, and would follow each other in vain.
        return state.schedule().workLeft() && !ticks.lastTickDisagreed();
    }

    /** Returns the policies that the log has set, in their order; of several for one glob only the last. */
    public List<PolicySet> policies() {
        return state.policies().all();
    }

    /** Returns the reason why a policy cannot be applied, with the field's name; empty if it can. */
    public static Optional<String> problemWith(PolicySet policy) {
        return EventReader.problemWith(
                RegionEvent.newBuilder().setPolicySet(policy).build());
    }

    /** Returns a file's state and all reasons why it is kept (I7). Reads all readers and holds of the region. */
    public Explanation explain(RegionId region, FilePath path) {
        return explainer.explain(region, path);
    }

    /** Counts all files. Reads every file: for audits, never for a live tick. */
    public Census census() {
        return explainer.census();
    }

    private void applyInvalid(EventReader.Result.Invalid invalid, LogRecord record) {
        out.emit(new Output.DeadLetter(record, invalid.reason()));
        if (invalid.key() == null || !invalid.mayHideManifest()) {
            return;
        }
        Region region = state.regions().get(invalid.key());
        if (region.isKnown()) {
            // WARNING: the unreadable record may have added a file that is live (I1, I5).
            region.row().clearSnapshot();
            completeness.openGap(region, factOf(record));
        }
    }

    private void applyToPartition(RegionEvent event, LogRecord record) {
        if (event.hasTick()) {
            ticks.tick(event.getTick(), record);
        } else if (state.policies().exceedsGlobs(event.getPolicySet())) {
            out.emit(new Output.DeadLetter(
                    record,
                    "policy_set.region_glob: the partition has " + Policies.MAX_GLOBS
                            + " globs already; take one away by a PolicySet without a policy"));
        } else {
            operators.setPolicy(event.getPolicySet(), factOf(record));
        }
    }

    private void applyToRegion(RegionId id, RegionEvent event, LogRecord record) {
        if (event.hasDeleterFence()) {
            out.fencePassed(id, event.getDeleterFence().getNonce());
            return;
        }
        Region region = state.regions().get(id);
        Fact fact = factOf(record);
        Optional<Admission.Rejection> rejection = Admission.rejection(region, event);
        if (rejection.isPresent()) {
            out.rejected(id, record.offset(), rejection.get().detail());
            if (rejection.get().moves()) {
                regions.rejectMove(region, event.getEpoch());
            }
            return;
        }
        region.becomeKnown();
        long oldEpoch = region.row().getEpoch();
        regions.raiseEpoch(region, event.getEpoch(), event.hasRegionOpened(), fact);
        switch (event.getEventCase()) {
            case REGION_OPENED -> regions.opened(region, event.getRegionOpened(), oldEpoch, fact);
            case REGION_DROPPED -> regions.dropped(region, fact);
            case REGION_RESTORED -> regions.restored(region, fact);
            case MANIFEST_EDIT -> manifests.edit(region, event.getManifestEdit(), fact);
            case MANIFEST_SNAPSHOT -> manifests.snapshot(region, event.getManifestSnapshot(), fact);
            case COMPACTION_STARTED ->
                compactions.started(region, event.getCompactionStarted(), event.getEpoch(), fact);
            case COMPACTION_COMPLETED -> compactions.completed(region, event.getCompactionCompleted(), fact);
            case COMPACTION_FAILED -> compactions.failed(region, event.getCompactionFailed(), fact);
            case FILE_WRITTEN -> files.written(region, event.getFileWritten().getFile(), fact);
            case WRITE_FAILED ->
                files.writeFailed(region, event.getWriteFailed().getPathsList(), fact);
            case QUERY_HEARTBEAT -> readers.heartbeat(region, event.getQueryHeartbeat(), fact);
            case QUERY_FINISHED ->
                readers.finished(region, event.getQueryFinished().getReaderId());
            case REFERENCE_EDIT -> references.edit(region, event.getReferenceEdit(), fact);
            case INVENTORY -> inventories.inventory(region, event.getInventory(), fact);
            case DELETION_REPORT -> reports.report(region, event.getDeletionReport(), fact);
            case HOLD -> operators.hold(region, event.getHold(), fact);
            case APPROVAL -> operators.approve(region, event.getApproval(), fact);
            case EXPEDITE -> operators.expedite(region, event.getExpedite(), fact);
            case RETRY -> operators.retry(region, event.getRetry(), fact);
            case POLICY_SET, TICK, DELETER_FENCE, EVENT_NOT_SET ->
                throw new IllegalStateException(event.getEventCase() + " concerns no region");
        }
    }

    private Fact factOf(LogRecord record) {
        return new Fact(record.offset(), state.clock().at(record.appendTime()));
    }
}
