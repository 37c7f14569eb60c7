package io.sexton.streams.state;

import io.sexton.streams.model.FileState;
import io.sexton.streams.model.FileState.Deletion;
import io.sexton.streams.model.FileState.Garbage;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Base;
import io.sexton.streams.model.KnownFile.Change;
import io.sexton.streams.model.KnownFile.Commands;
import io.sexton.streams.model.KnownFile.Entry;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.KnownFile.Sightings;
import io.sexton.streams.model.KnownFile.Versions;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.row.Condemnation;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.view.StampCodec;
import io.sexton.v1.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of files. No other class knows it. A value that a stored row has and its state has not is dropped: the
 * fold never reads it in that state.
 */
final class FileCodec {
    private FileCodec() {}

    static KnownFile read(FileRow row) {
        return new KnownFile(
                stateOf(row),
                new Change(row.getChangedOffset(), row.getFactOffset(), Instant.ofEpochMilli(row.getSinceMs())),
                row.hasRef() ? row.getRef() : null,
                row.hasAdded() || row.hasRemoved() || row.hasLiveSince()
                        ? new Versions(
                                row.hasAdded() ? row.getAdded() : null,
                                row.hasRemoved() ? StampCodec.read(row.getRemoved()) : null,
                                row.hasLiveSince() ? StampCodec.read(row.getLiveSince()) : null)
                        : Versions.NONE,
                new Sightings(
                        row.hasKnownOffset() ? row.getKnownOffset() : null,
                        row.hasWrittenOffset() ? row.getWrittenOffset() : null,
                        row.hasSnapshotOffset() ? row.getSnapshotOffset() : null,
                        row.hasInventoryOffset() ? row.getInventoryOffset() : null,
                        row.hasInventoryBeforeOffset() ? row.getInventoryBeforeOffset() : null),
                row.hasBaseMs()
                        ? new Base(
                                Instant.ofEpochMilli(row.getBaseMs()), row.hasBaseOffset() ? row.getBaseOffset() : null)
                        : null,
                row.hasCandidateOffset() || row.hasDryRunGeneration()
                        ? new Examination(
                                row.hasCandidateOffset() ? row.getCandidateOffset() : null,
                                row.hasDryRunGeneration() ? row.getDryRunGeneration() : null)
                        : Examination.NONE,
                row.hasCondemnedOffset() || row.hasPendingOffset()
                        ? new Commands(
                                row.hasCondemnedOffset() ? row.getCondemnedOffset() : null,
                                row.hasPendingOffset() ? row.getPendingOffset() : null)
                        : Commands.NONE,
                row.hasSweptOffset() ? row.getSweptOffset() : null,
                row.hasDueMs()
                        ? new Entry(
                                Instant.ofEpochMilli(row.getDueMs()),
                                row.hasScheduledOffset() ? row.getScheduledOffset() : null,
                                row.getParkedUnder())
                        : Entry.NONE);
    }

    private static FileState stateOf(FileRow row) {
        StateKind kind = StateKind.ofCode(row.getState());
        if (kind != StateKind.CONDEMNED) {
            return stateOf(
                    kind,
                    row,
                    row.getToBeConfirmed(),
                    row.getRemovedBySnapshot(),
                    row.getStaleTempManifest(),
                    row.getCompactionId());
        }
        Condemnation stored = row.getCondemnation();
        FileState from = stateOf(
                StateKind.ofCode(stored.getFrom()),
                row,
                stored.getFromToBeConfirmed(),
                stored.getFromRemovedBySnapshot(),
                stored.getFromStaleTempManifest(),
                stored.getFromCompactionId());
        Reason reason = Reason.forNumber(stored.getReason());
        if (reason == null) {
            throw new IllegalStateException(
                    "a stored file has reason " + stored.getReason() + ", which this version does not know");
        }
        return new FileState.Condemned(
                new FileState.Origin(from, Instant.ofEpochMilli(stored.getFromSinceMs()), stored.getFromFactOffset()),
                new FileState.Ground(reason, Instant.ofEpochMilli(stored.getSinceMs()), stored.getEvidenceOffset()),
                new Deletion(
                        stored.getEmittedOffset(),
                        stored.getAttempt(),
                        stored.getFailedOffsetsList(),
                        stored.getReported(),
                        stored.getStuck()));
    }

    private static FileState stateOf(
            StateKind kind,
            FileRow row,
            boolean toBeConfirmed,
            boolean bySnapshot,
            boolean staleTempManifest,
            String compactionId) {
        Instant lingerEnd = row.hasLingerDueMs() ? Instant.ofEpochMilli(row.getLingerDueMs()) : null;
        return switch (kind) {
            case LIVE -> new FileState.Live(row.getExcused());
            case OBSOLETE -> new FileState.Obsolete(lingerEnd, toBeConfirmed, bySnapshot);
            case UNREFERENCED -> new FileState.Unreferenced(lingerEnd, toBeConfirmed);
            case TEMP -> new FileState.Temporary(compactionId);
            case ABANDONED -> new FileState.Abandoned(lingerEnd, toBeConfirmed, staleTempManifest);
            case ABORTED -> new FileState.Aborted(lingerEnd, toBeConfirmed);
            case GONE -> new FileState.Gone();
            case UNKNOWN, CONDEMNED ->
                throw new IllegalStateException("a stored file was condemned from " + kind + ": the store is damaged");
        };
    }

    static FileRow write(KnownFile file) {
        FileRow.Builder row = FileRow.newBuilder()
                .setState(file.kind().code())
                .setChangedOffset(file.change().offset())
                .setFactOffset(file.change().factOffset())
                .setSinceMs(file.change().since().toEpochMilli());
        write(row, file.state());
        if (file.ref() != null) {
            row.setRef(file.ref());
        }
        write(row, file.versions());
        write(row, file.sightings());
        write(row, file.base());
        if (file.examination().candidateOffset() != null) {
            row.setCandidateOffset(file.examination().candidateOffset());
        }
        if (file.examination().dryRunGeneration() != null) {
            row.setDryRunGeneration(file.examination().dryRunGeneration());
        }
        if (file.commands().condemnedOffset() != null) {
            row.setCondemnedOffset(file.commands().condemnedOffset());
        }
        if (file.commands().pendingOffset() != null) {
            row.setPendingOffset(file.commands().pendingOffset());
        }
        if (file.sweptOffset() != null) {
            row.setSweptOffset(file.sweptOffset());
        }
        if (file.entry().due() != null) {
            row.setDueMs(file.entry().due().toEpochMilli())
                    .setParkedUnder(file.entry().blockerKey());
            if (file.entry().scheduled() != null) {
                row.setScheduledOffset(file.entry().scheduled());
            }
        }
        return row.build();
    }

    private static void write(FileRow.Builder row, Versions versions) {
        if (versions.added() != null) {
            row.setAdded(versions.added());
        }
        if (versions.removed() != null) {
            row.setRemoved(StampCodec.write(versions.removed()));
        }
        if (versions.liveSince() != null) {
            row.setLiveSince(StampCodec.write(versions.liveSince()));
        }
    }

    private static void write(FileRow.Builder row, Sightings sightings) {
        if (sightings.known() != null) {
            row.setKnownOffset(sightings.known());
        }
        if (sightings.written() != null) {
            row.setWrittenOffset(sightings.written());
        }
        if (sightings.snapshot() != null) {
            row.setSnapshotOffset(sightings.snapshot());
        }
        if (sightings.inventory() != null) {
            row.setInventoryOffset(sightings.inventory());
        }
        if (sightings.inventoryBefore() != null) {
            row.setInventoryBeforeOffset(sightings.inventoryBefore());
        }
    }

    private static void write(FileRow.Builder row, @Nullable Base base) {
        if (base != null) {
            row.setBaseMs(base.time().toEpochMilli());
            if (base.offset() != null) {
                row.setBaseOffset(base.offset());
            }
        }
    }

    private static void write(FileRow.Builder row, FileState state) {
        if (state instanceof Garbage garbage) {
            row.setToBeConfirmed(garbage.toBeConfirmed());
            if (garbage.lingerEnd() != null) {
                row.setLingerDueMs(garbage.lingerEnd().toEpochMilli());
            }
        }
        switch (state) {
            case FileState.Live live -> row.setExcused(live.excused());
            case FileState.Obsolete obsolete -> row.setRemovedBySnapshot(obsolete.bySnapshot());
            case FileState.Abandoned abandoned -> row.setStaleTempManifest(abandoned.staleTempManifest());
            case FileState.Temporary temporary -> row.setCompactionId(temporary.compactionId());
            case FileState.Condemned condemned -> write(row, condemned);
            case FileState.Unreferenced unreferenced -> {}
            case FileState.Aborted aborted -> {}
            case FileState.Gone gone -> {}
        }
    }

    /** Writes the attributes of the state before, too, where they were. */
    private static void write(FileRow.Builder row, FileState.Condemned condemned) {
        write(row, condemned.origin().state());
        Deletion deletion = condemned.deletion();
        row.setCondemnation(Condemnation.newBuilder()
                .setFrom(condemned.origin().state().kind().code())
                .setFromSinceMs(condemned.origin().since().toEpochMilli())
                .setFromFactOffset(condemned.origin().factOffset())
                .setFromToBeConfirmed(row.getToBeConfirmed())
                .setFromStaleTempManifest(row.getStaleTempManifest())
                .setFromCompactionId(row.getCompactionId())
                .setFromRemovedBySnapshot(row.getRemovedBySnapshot())
                .setReason(condemned.ground().reason().getNumber())
                .setSinceMs(condemned.ground().since().toEpochMilli())
                .setEvidenceOffset(condemned.ground().evidenceOffset())
                .setEmittedOffset(deletion.emittedOffset())
                .setAttempt(deletion.attempt())
                .addAllFailedOffsets(deletion.failedOffsets())
                .setReported(deletion.reported())
                .setStuck(deletion.stuck()));
    }
}
