package io.sexton.streams.core;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.core.row.Condemnation;
import io.sexton.streams.core.row.FileRow;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;

/** What a condemnation does to a file's row, from the first command to the last. Not thread safe. */
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

    /** The row of a file that the tick condemns, with its first command under way. */
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
        state.files.replace(region, path, old, next, tick.time().plus(REPORT_EXPECTED));
        return next.build();
    }

    /** Where in the log it is said that the file is garbage (I7). */
    static long evidence(Region region, FileRow file, Reason reason) {
        return switch (reason) {
            case REGION_GONE -> region.row().getDrop().getOffset();
            case EXPIRED -> file.hasBaseOffset() ? file.getBaseOffset() : file.getFactOffset();
            default -> file.getFactOffset();
        };
    }

    /** The row of a file whose command goes out once more. */
    FileRow emitAgain(Region region, FilePath path, FileRow old, Fact tick) {
        int attempt = old.getCondemnation().getAttempt() + 1;
        FileRow.Builder next = old.toBuilder();
        next.getCondemnationBuilder()
                .setAttempt(attempt)
                .setEmittedOffset(tick.offset())
                .setReported(false);
        Duration wait = doubled(REPORT_EXPECTED, attempt - 1, REPORT_EXPECTED_AT_MOST);
        state.files.replace(region, path, old, next, tick.time().plus(wait));
        return next.build();
    }

    /**
     * Plans the next emission after a storage failure that may pass, with a back-off that doubles with each such report.
     *
     * @return whether operators must be notified: so many in a row do not pass by themselves
     */
    boolean failedForNow(Region region, FilePath path, FileRow old, long commandOffset, Fact report) {
        Condemnation condemnation = old.getCondemnation();
        if (condemnation.getStuck() || condemnation.getFailedOffsetsList().contains(commandOffset)) {
            return false;
        }
        FileRow.Builder next = old.toBuilder();
        int failures =
                next.getCondemnationBuilder().addFailedOffsets(commandOffset).getFailedOffsetsCount();
        Duration wait = doubled(BACK_OFF, failures - 1, BACK_OFF_AT_MOST);
        state.files.replace(region, path, old, next, report.time().plus(wait));
        return failures == TELLING_FAILURES;
    }

    /** Returns whether it was not stuck before. A stuck file waits for an operator's Retry, outside the schedule. */
    boolean stick(Region region, FilePath path, FileRow old) {
        if (old.getCondemnation().getStuck()) {
            return false;
        }
        FileRow.Builder next = old.toBuilder();
        next.getCondemnationBuilder().setStuck(true);
        state.files.replace(region, path, old, next, null);
        return true;
    }

    /** Due at once: at the clock, which may be behind the order's own time. */
    FileRow retry(Region region, FilePath path, FileRow old, Instant clock) {
        FileRow.Builder next = old.toBuilder();
        next.getCondemnationBuilder().setStuck(false);
        return state.files.replace(region, path, old, next, clock);
    }

    /** Files of versions below the horizon may be condemned: from now on no reader may pin such a version (I2). */
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
