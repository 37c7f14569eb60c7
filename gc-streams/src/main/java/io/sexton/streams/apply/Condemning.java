package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.Stamps;
import io.sexton.streams.row.Condemnation;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;

/** The applier of condemnations to the rows of files, from the first command to the last. Not thread safe. */
final class Condemning {
    private static final Duration REPORT_EXPECTED = Duration.ofHours(1);
    private static final Duration REPORT_EXPECTED_AT_MOST = Duration.ofHours(24);
    private static final int TELLING_FAILURES = 10;
    private static final Duration BACK_OFF = Duration.ofSeconds(1);
    private static final Duration BACK_OFF_AT_MOST = Duration.ofHours(1);

    private final State state;

    Condemning(State state) {
        this.state = state;
    }

    /** Condemns a file. Returns its row, with the first command pending. */
    FileRow condemn(Region region, FilePath path, FileRow old, Reason reason, Instant since, Fact tick) {
        raiseHorizon(region, old);
        Condemnation.Builder condemnation = Condemnation.newBuilder()
                .setFrom(old.getState())
                .setFromSinceMs(old.getSinceMs())
                .setFromFactOffset(old.getFactOffset())
                .setFromToBeConfirmed(old.getToBeConfirmed())
                .setFromStaleTempManifest(old.getStaleTempManifest())
                .setFromCompactionId(old.getCompactionId())
                .setFromRemovedBySnapshot(old.getRemovedBySnapshot())
                .setReason(reason.getNumber())
                .setSinceMs(since.toEpochMilli())
                .setEmittedOffset(tick.offset())
                .setEvidenceOffset(evidence(region, old, reason))
                .setAttempt(1);
        FileRow.Builder next = old.toBuilder()
                .setState(FileState.CONDEMNED.code())
                .setChangedOffset(tick.offset())
                .setCondemnedOffset(tick.offset())
                .setCondemnation(condemnation)
                .clearCandidateOffset()
                .clearPendingOffset()
                .clearDryRunGeneration()
                .clearInventoryOffset()
                .clearInventoryBeforeOffset();
        state.files().replace(region, path, old, next, tick.time().plus(REPORT_EXPECTED));
        return next.build();
    }

    /** Returns the offset of the fact that made the file garbage (I7). */
    static long evidence(Region region, FileRow file, Reason reason) {
        return switch (reason) {
            case REGION_GONE -> region.row().getDrop().getOffset();
            case EXPIRED -> file.hasBaseOffset() ? file.getBaseOffset() : file.getFactOffset();
            default -> file.getFactOffset();
        };
    }

    /** Records that the command of a file is emitted again. Returns the file's row. */
    FileRow emitAgain(Region region, FilePath path, FileRow old, Fact tick) {
        int attempt = old.getCondemnation().getAttempt() + 1;
        FileRow.Builder next = old.toBuilder();
        next.getCondemnationBuilder()
                .setAttempt(attempt)
                .setEmittedOffset(tick.offset())
                .setReported(false);
        Duration wait = doubled(REPORT_EXPECTED, attempt - 1, REPORT_EXPECTED_AT_MOST);
        state.files().replace(region, path, old, next, tick.time().plus(wait));
        return next.build();
    }

    /**
     * Schedules the next emission after a retryable storage failure, with a back-off that doubles with each such
     * report.
     *
     * @return whether operators must be notified, because too many failures followed each other
     */
    boolean scheduleRetry(Region region, FilePath path, FileRow old, long commandOffset, Fact report) {
        Condemnation condemnation = old.getCondemnation();
        if (condemnation.getStuck() || condemnation.getFailedOffsetsList().contains(commandOffset)) {
            return false;
        }
        FileRow.Builder next = old.toBuilder();
        int failures =
                next.getCondemnationBuilder().addFailedOffsets(commandOffset).getFailedOffsetsCount();
        Duration wait = doubled(BACK_OFF, failures - 1, BACK_OFF_AT_MOST);
        state.files().replace(region, path, old, next, report.time().plus(wait));
        return failures == TELLING_FAILURES;
    }

    /**
     * Makes a file stuck: it waits for an operator's Retry, outside the schedule. Returns whether it was not stuck
     * before.
     */
    boolean makeStuck(Region region, FilePath path, FileRow old) {
        if (old.getCondemnation().getStuck()) {
            return false;
        }
        FileRow.Builder next = old.toBuilder();
        next.getCondemnationBuilder().setStuck(true);
        state.files().replace(region, path, old, next, null);
        return true;
    }

    /** Makes a stuck file due at once: at the clock, which may be behind the time of the Retry. */
    FileRow retry(Region region, FilePath path, FileRow old, Instant clock) {
        FileRow.Builder next = old.toBuilder();
        next.getCondemnationBuilder().setStuck(false);
        return state.files().replace(region, path, old, next, clock);
    }

    /** Raises the horizon: files of versions below it may be condemned, and no reader may pin such a version (I2). */
    static void raiseHorizon(Region region, FileRow file) {
        if (file.hasRemoved()) {
            region.raiseHorizon(
                    file.getRemoved().getInfinite()
                            ? Stamps.next(region.row().getVersion())
                            : file.getRemoved().getVersion());
        }
    }

    static CondemnedFile describe(FilePath path, FileRow condemned) {
        Condemnation condemnation = condemned.getCondemnation();
        return CondemnedFile.newBuilder()
                .setFile(condemned.getRef().toBuilder().setPath(path.value()))
                .setReasonValue(condemnation.getReason())
                .setSince(Times.toProto(Instant.ofEpochMilli(condemnation.getSinceMs())))
                .setAttempt(condemnation.getAttempt())
                .setEvidenceOffset(condemnation.getEvidenceOffset())
                .build();
    }

    private static Duration doubled(Duration first, int times, Duration atMost) {
        return times >= 16 ? atMost : Times.shorter(first.multipliedBy(1L << times), atMost);
    }
}
