package io.sexton.streams.decide;

import io.sexton.proto.FilePath;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.FileState.Garbage;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.SweepOrBuilder;
import io.sexton.streams.state.view.RegionView;
import io.sexton.streams.state.view.StampCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/** The decider on the files that a fact about all files of a region changes (docs/adr/0010). Reads only. */
public final class SweepScope {
    private SweepScope() {}

    /** Returns whether the sweep has not reached the path yet. */
    public static boolean isAhead(FilePath path, SweepOrBuilder sweep) {
        return Arrays.compareUnsigned(
                        path.value().getBytes(StandardCharsets.UTF_8),
                        sweep.getDoneTo().getBytes(StandardCharsets.UTF_8))
                > 0;
    }

    /** Returns whether the file has changed after the fact of the sweep, or the sweep is done with it. */
    public static boolean isDone(KnownFile file, SweepOrBuilder sweep) {
        Long swept = file.sweptOffset();
        return file.change().offset() > sweep.getOffset() || (swept != null && swept >= sweep.getOffset());
    }

    /**
     * Returns whether the sweep changes the file.
     *
     * @param policy in force at the fact
     */
    public static boolean changes(
            RegionView region, FilePath path, KnownFile file, SweepOrBuilder sweep, EffectivePolicy policy) {
        return switch (sweep.getKindCase()) {
            case SNAPSHOT -> {
                var stamp = StampCodec.read(sweep.getSnapshot().getStamp());
                long announced = sweep.getSnapshot().getAnnounced();
                yield file.is(StateKind.LIVE)
                        ? SnapshotEvidence.removes(file, stamp, announced)
                        : SnapshotEvidence.isOvertaken(file, stamp, announced);
            }
            case INVENTORY ->
                InventoryEvidence.isMissing(
                        region,
                        file,
                        sweep.getInventory().getSound(),
                        sweep.getInventory().getAnnounced());
            case NEW_LIFE ->
                file.kind().isTracked()
                        && (!file.is(StateKind.CONDEMNED) || sweep.getNewLife().getRetentionOnly());
            case EXPEDITE ->
                path.value().startsWith(sweep.getExpedite().getPathPrefix())
                        && !region.isGone()
                        && isExpedited(file, policy);
            case EXCUSE -> file.isUnlistedBy(sweep.getExcuse().getAnnounced());
            case RETENTION -> file.is(StateKind.LIVE);
            case RETRY ->
                file.isStuck() && path.value().startsWith(sweep.getRetry().getPathPrefix());
            case KIND_NOT_SET -> throw unknownKind(region, sweep);
        };
    }

    /** Returns whether the policy in force at the fact gives the file another due time than it has. */
    private static boolean isExpedited(KnownFile file, EffectivePolicy policy) {
        boolean mayBe = switch (file.state()) {
            case FileState.Obsolete obsolete -> true;
            case FileState.Abandoned abandoned -> !abandoned.staleTempManifest();
            case FileState.Aborted aborted -> true;
            case FileState.Unreferenced unreferenced -> false;
            case FileState.Live live -> false;
            case FileState.Temporary temporary -> false;
            case FileState.Condemned condemned -> false;
            case FileState.Gone gone -> false;
        };
        return mayBe
                && !expedited((Garbage) file.state(), file, policy)
                        .equals(file.entry().due());
    }

    /** Returns the due time of a file by the policy in force at an Expedite. */
    public static Instant expedited(Garbage state, KnownFile file, EffectivePolicy policy) {
        return Objects.requireNonNull(Lingers.due(state, file.change().since(), policy), "its state has a linger");
    }

    public static IllegalStateException unknownKind(RegionView region, SweepOrBuilder sweep) {
        return new IllegalStateException("region " + region.id() + " has a sweep of offset " + sweep.getOffset()
                + " of a kind that this version does not know");
    }
}
