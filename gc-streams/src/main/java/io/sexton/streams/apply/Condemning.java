package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState.Condemned;
import io.sexton.streams.model.FileState.Deletion;
import io.sexton.streams.model.FileState.Ground;
import io.sexton.streams.model.FileState.Origin;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Change;
import io.sexton.streams.model.KnownFile.Commands;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.RegionView;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The applier of condemnations to files, from the first command to the last. Not thread safe. */
final class Condemning {
    private static final Duration REPORT_EXPECTED = Duration.ofHours(1);
    private static final Duration REPORT_EXPECTED_AT_MOST = Duration.ofHours(24);
    private static final int NOTIFIED_FAILURES = 10;
    private static final Duration BACK_OFF = Duration.ofSeconds(1);
    private static final Duration BACK_OFF_AT_MOST = Duration.ofHours(1);

    private final State state;

    Condemning(State state) {
        this.state = state;
    }

    /** Condemns a file. Returns it with the first command pending. */
    KnownFile condemn(Region region, FilePath path, KnownFile old, Reason reason, Instant since, Fact tick) {
        raiseHorizon(region, old);
        Change change = old.change();
        Condemned condemned = new Condemned(
                new Origin(old.state(), change.since(), change.factOffset()),
                new Ground(reason, KnownFile.wholeMillis(since), evidence(region, old, reason)),
                Deletion.first(tick));
        KnownFile next = old.with(condemned)
                .with(new Change(tick.offset(), change.factOffset(), change.since()))
                .with(new Commands(tick.offset(), null))
                .with(Examination.NONE)
                .with(old.sightings().withoutInventories());
        return state.files().update(region, path, old, next, tick.time().plus(REPORT_EXPECTED));
    }

    /** Returns the offset of the fact that made the file garbage (I7). */
    static long evidence(RegionView region, KnownFile file, Reason reason) {
        return switch (reason) {
            case REGION_GONE -> region.row().getDrop().getOffset();
            case EXPIRED ->
                file.base() != null && file.base().offset() != null
                        ? file.base().offset()
                        : file.change().factOffset();
            case OBSOLETE, ORPHAN, TEMPORARY, WRITE_ABORTED, STALE_TEMP_MANIFEST ->
                file.change().factOffset();
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException(reason + " condemns nothing");
        };
    }

    /** Records that the command of a file is emitted again. Returns the file. */
    KnownFile emitAgain(Region region, FilePath path, KnownFile old, Fact tick) {
        Deletion again = deletion(old).emittedAgain(tick);
        Duration wait = doubled(REPORT_EXPECTED, again.attempt() - 1, REPORT_EXPECTED_AT_MOST);
        return update(region, path, old, again, tick.time().plus(wait));
    }

    /**
     * Schedules the next emission after a retryable storage failure, with a back-off that doubles with each such
     * report.
     *
     * @return whether operators must be notified, because too many failures followed each other
     */
    boolean scheduleRetry(Region region, FilePath path, KnownFile old, long commandOffset, Fact report) {
        Deletion deletion = deletion(old);
        if (deletion.stuck() || deletion.failedOffsets().contains(commandOffset)) {
            return false;
        }
        Deletion failed = deletion.failed(commandOffset);
        int failures = failed.failedOffsets().size();
        Duration wait = doubled(BACK_OFF, failures - 1, BACK_OFF_AT_MOST);
        update(region, path, old, failed, report.time().plus(wait));
        return failures == NOTIFIED_FAILURES;
    }

    /**
     * Makes a file stuck: it waits for an operator's Retry, outside the schedule. Returns whether it was not stuck
     * before.
     */
    boolean makeStuck(Region region, FilePath path, KnownFile old) {
        if (old.isStuck()) {
            return false;
        }
        update(region, path, old, deletion(old).withStuck(true), null);
        return true;
    }

    /** Makes a stuck file due at once: at the clock, which may be behind the time of the Retry. */
    KnownFile retry(Region region, FilePath path, KnownFile old, Instant clock) {
        return update(region, path, old, deletion(old).withStuck(false), clock);
    }

    private KnownFile update(Region region, FilePath path, KnownFile old, Deletion next, @Nullable Instant due) {
        return state.files().update(region, path, old, old.with(condemned(old).with(next)), due);
    }

    private static Condemned condemned(KnownFile file) {
        return (Condemned) file.state();
    }

    private static Deletion deletion(KnownFile file) {
        return condemned(file).deletion();
    }

    /** Raises the horizon: files of versions below it may be condemned, and no reader may pin such a version (I2). */
    static void raiseHorizon(Region region, KnownFile file) {
        Stamp removed = file.versions().removed();
        if (removed != null) {
            region.raiseHorizon(removed.infinite() ? Stamp.next(region.row().getVersion()) : removed.version());
        }
    }

    static CondemnedFile describe(FilePath path, KnownFile file) {
        Ground ground = condemned(file).ground();
        return describe(path, file, ground.reason(), ground.since())
                .setAttempt(deletion(file).attempt())
                .setEvidenceOffset(ground.evidenceOffset())
                .build();
    }

    /** Returns the file of a command that a dry run only shows. */
    static CondemnedFile describeDryRun(
            RegionView region, FilePath path, KnownFile file, Reason reason, Instant since) {
        return describe(path, file, reason, since)
                .setAttempt(1)
                .setEvidenceOffset(evidence(region, file, reason))
                .build();
    }

    private static CondemnedFile.Builder describe(FilePath path, KnownFile file, Reason reason, Instant since) {
        return CondemnedFile.newBuilder()
                .setFile(file.refOrEmpty().toBuilder().setPath(path.value()))
                .setReason(reason)
                .setSince(Times.toProto(since));
    }

    private static Duration doubled(Duration first, int times, Duration atMost) {
        return times >= 16 ? atMost : Times.shorter(first.multipliedBy(1L << times), atMost);
    }
}
