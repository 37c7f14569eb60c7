package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.SweepScope;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.FileState.Garbage;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.ExpediteSweep;
import io.sexton.streams.row.NewLifeSweep;
import io.sexton.streams.row.SnapshotSweep;
import io.sexton.streams.row.Sweep;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.StampCodec;
import java.time.Instant;

/** The application of one sweep to single files. Not thread safe. */
final class SweepChange {
    private final Region region;
    private final Sweep.Builder sweep;
    private final Sweeps.Appliers appliers;
    private final State state;
    private final Fact fact;
    private final EffectivePolicy policy;

    SweepChange(Region region, Sweep.Builder sweep, State state, Sweeps.Appliers appliers) {
        this.region = region;
        this.sweep = sweep;
        this.state = state;
        this.appliers = appliers;
        fact = new Fact(sweep.getOffset(), Instant.ofEpochMilli(sweep.getTimeMs()));
        policy = EffectivePolicy.of(sweep.getPolicy());
    }

    /** Returns whether the sweep changes the file. Uses budget if it does not. */
    boolean affects(FilePath path, KnownFile file) {
        boolean done = SweepScope.isDone(file, sweep);
        boolean changed = !done && SweepScope.changes(region, path, file, sweep, policy);
        if (!done && sweep.hasSnapshot()) {
            count(file, changed);
        }
        if (!changed) {
            appliers.budget().looked();
        }
        return changed;
    }

    /** Counts the files that were LIVE before the snapshot and unchanged since, by whether the snapshot removes them. */
    private void count(KnownFile file, boolean removed) {
        SnapshotSweep.Builder snapshot = sweep.getSnapshotBuilder();
        if (!file.is(StateKind.LIVE) || file.change().offset() >= snapshot.getAnnounced()) {
            return;
        }
        if (removed) {
            snapshot.setTaken(snapshot.getTaken() + 1);
        } else {
            snapshot.setLeft(snapshot.getLeft() + 1);
        }
    }

    /** Applies the sweep to a file that it affects. Returns the file afterwards. */
    KnownFile apply(FilePath path, KnownFile file) {
        appliers.budget().moved();
        return switch (sweep.getKindCase()) {
            case SNAPSHOT -> applySnapshot(path, file);
            case INVENTORY -> applyMissing(path, file);
            case NEW_LIFE -> applyNewLife(path, file, sweep.getNewLife());
            case EXPEDITE -> expedite(path, file, sweep.getExpedite());
            case EXCUSE -> state.files().amend(region, path, file, file.with(new FileState.Live(true)));
            case RETENTION -> state.files().update(region, path, file, file, null);
            case RETRY -> appliers.condemning().retry(region, path, file, fact.time());
            case KIND_NOT_SET -> throw SweepScope.unknownKind(region, sweep);
        };
    }

    private KnownFile applySnapshot(FilePath path, KnownFile file) {
        Stamp stamp = StampCodec.read(sweep.getSnapshot().getStamp());
        if (!file.is(StateKind.LIVE)) {
            return appliers.changes()
                    .makeLiveBySnapshot(
                            region, path, file, stamp, sweep.getSnapshot().getAnnounced(), fact);
        }
        FileState obsolete = new FileState.Obsolete(null, false, true);
        return appliers.changes()
                .become(
                        region,
                        path,
                        file,
                        obsolete,
                        fact,
                        policy,
                        next -> next.with(next.versions().removed(stamp.ofRemoval())));
    }

    private KnownFile applyNewLife(FilePath path, KnownFile file, NewLifeSweep newLife) {
        return newLife.getRetentionOnly()
                ? appliers.changes().becomeLiveInNewLife(region, path, file, fact, policy)
                : appliers.changes()
                        .becomeUnreferencedInNewLife(
                                region, path, file, StampCodec.read(newLife.getRemoved()), fact, policy);
    }

    private KnownFile applyMissing(FilePath path, KnownFile file) {
        if (!sweep.getInventory().getSound()) {
            appliers.out().missing(region.id(), path, "a complete inventory did not list this live file");
            return file;
        }
        Condemning.raiseHorizon(region, file);
        return appliers.changes().becomeGone(region, path, file, fact);
    }

    private KnownFile expedite(FilePath path, KnownFile file, ExpediteSweep expedite) {
        Garbage garbage = (Garbage) file.state();
        Instant due = KnownFile.wholeMillis(SweepScope.expedited(garbage, file, policy));
        KnownFile next = file.with(garbage.withLingerEnd(due));
        if (expedite.hasClockMs() && due.toEpochMilli() > expedite.getClockMs()) {
            next = next.with(new Examination(null, file.examination().dryRunGeneration()));
        }
        return state.files().update(region, path, file, next, due);
    }
}
