package io.sexton.streams.model;

import com.google.protobuf.ByteString;
import io.sexton.v1.FileRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file that a fact has named: its state, and the attributes that outlive its states. Immutable.
 *
 * @param ref size, etag and times as far as known, without the path; {@code null}: nothing is known
 * @param base {@code null}: nothing is known of its age
 * @param sweptOffset of the last sweep that is done with this file, where it came before its turn; {@code null}: none
 */
public record KnownFile(
        FileState state,
        Change change,
        @Nullable FileRef ref,
        Versions versions,
        Sightings sightings,
        @Nullable Base base,
        Examination examination,
        Commands commands,
        @Nullable Long sweptOffset,
        Entry entry) {

    /**
     * The last change of a file's state.
     *
     * @param offset of the fact that changed it
     * @param factOffset of the fact that {@code since} is the time of; a REVOKED report keeps it
     * @param since time of that fact
     */
    public record Change(long offset, long factOffset, Instant since) {
        static Change by(Fact fact) {
            return new Change(fact.offset(), fact.offset(), wholeMillis(fact.time()));
        }
    }

    /**
     * The versions of the manifest that named a file; each {@code null}: unknown.
     *
     * @param added lowest version
     * @param removed the last removal
     * @param liveSince the last addition
     */
    public record Versions(
            @Nullable Long added,
            @Nullable Stamp removed,
            @Nullable Stamp liveSince) {
        public static final Versions NONE = new Versions(null, null, null);

        /** Returns the versions after an addition. */
        public Versions added(Stamp at) {
            return new Versions(added == null ? at.version() : Stamp.lower(added, at.version()), removed, at);
        }

        /** Returns the versions after a snapshot has named the file. */
        public Versions named(long version) {
            return added == null ? this : new Versions(Stamp.lower(added, version), removed, liveSince);
        }

        /** Returns the versions of a file that is LIVE by a snapshot. */
        public Versions live(Stamp snapshot) {
            return new Versions(added == null ? 0 : Stamp.lower(added, snapshot.version()), removed, snapshot);
        }

        public Versions removed(Stamp at) {
            return new Versions(added == null ? 0 : added, at, liveSince);
        }

        public Versions withRemoved(@Nullable Stamp at) {
            return new Versions(added, at, liveSince);
        }

        public Versions withoutAdded() {
            return new Versions(null, removed, liveSince);
        }

        public Versions withoutLiveSince() {
            return new Versions(added, removed, null);
        }
    }

    /**
     * The offsets of the facts that named a file and left its state as it was; each {@code null}: none.
     *
     * @param known the first fact, other than an inventory, that named it since it was unknown
     * @param written the last FileWritten
     * @param snapshot chunk 0 of the snapshot that named it last
     * @param inventory chunk 0 of the inventory that named it last
     * @param inventoryBefore of the last sound inventory before that one
     */
    public record Sightings(
            @Nullable Long known,
            @Nullable Long written,
            @Nullable Long snapshot,
            @Nullable Long inventory,
            @Nullable Long inventoryBefore) {
        public static final Sightings NONE = new Sightings(null, null, null, null, null);

        public Sightings withKnown(Fact fact) {
            return known == null ? new Sightings(fact.offset(), written, snapshot, inventory, inventoryBefore) : this;
        }

        public Sightings withWritten(Fact fact) {
            return new Sightings(known, fact.offset(), snapshot, inventory, inventoryBefore);
        }

        public Sightings withSnapshot(long announced) {
            return new Sightings(known, written, announced, inventory, inventoryBefore);
        }

        public Sightings withInventory(long announced, @Nullable Long before) {
            return new Sightings(known, written, snapshot, announced, before);
        }

        public Sightings withoutInventories() {
            return new Sightings(known, written, snapshot, null, null);
        }

        /** Returns what outlives a change of state. */
        Sightings ofNextState() {
            return known == null && snapshot == null ? NONE : new Sightings(known, null, snapshot, null, null);
        }

        /** Returns the sightings of a file of which nothing but that inventory is known. */
        public Sightings onlyListed(long announced) {
            return new Sightings(null, written, snapshot, announced, inventoryBefore);
        }
    }

    /**
     * The start of the retention.
     *
     * @param offset of the fact behind it, where that is not the fact of the state; else {@code null}
     */
    public record Base(Instant time, @Nullable Long offset) {}

    /**
     * The results of examinations of a due file.
     *
     * @param candidateOffset the tick that first found it due; {@code null}: none
     * @param dryRunGeneration of the policies under which it was last shown; {@code null}: it was not shown
     */
    public record Examination(
            @Nullable Long candidateOffset, @Nullable Long dryRunGeneration) {
        public static final Examination NONE = new Examination(null, null);
    }

    /**
     * The commands to delete a file that outlive its condemnation.
     *
     * @param condemnedOffset the tick that began its present or last condemnation; {@code null}: none
     * @param pendingOffset the last command of a revoked condemnation, not yet reported on; {@code null}: none
     */
    public record Commands(
            @Nullable Long condemnedOffset, @Nullable Long pendingOffset) {
        public static final Commands NONE = new Commands(null, null);

        public Commands withPending(@Nullable Long offset) {
            return new Commands(condemnedOffset, offset);
        }
    }

    /**
     * The place of a file in the schedule.
     *
     * @param due its time there, or the time that it would have if it were not parked; {@code null}: it has no place
     * @param scheduled offset of the record that entered it in the schedule; {@code null}: it is not there, or an older
     *     version of the service has entered it
     * @param blockerKey the key under which it is parked; empty: it is not parked
     */
    public record Entry(@Nullable Instant due, @Nullable Long scheduled, ByteString blockerKey) {
        public static final Entry NONE = new Entry(null, null, ByteString.EMPTY);

        /** Returns the place of a file that the record at the offset enters in the schedule. */
        public static Entry at(Instant due, long offset) {
            return new Entry(wholeMillis(due), offset, ByteString.EMPTY);
        }

        public static Entry parked(Instant due, ByteString blockerKey) {
            return new Entry(wholeMillis(due), null, blockerKey);
        }

        /** Returns whether the file has this time in the schedule. */
        public boolean isDueAt(Instant time) {
            return !isParked() && time.equals(due);
        }

        public boolean isParked() {
            return !blockerKey.isEmpty();
        }
    }

    /** Returns the time as it is stored. */
    public static Instant wholeMillis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Returns a file that nothing but this fact has named. */
    public static KnownFile first(FileState state, Fact fact) {
        return new KnownFile(
                state,
                Change.by(fact),
                null,
                Versions.NONE,
                Sightings.NONE,
                null,
                Examination.NONE,
                Commands.NONE,
                null,
                Entry.NONE);
    }

    /** Returns the file in the state to which a fact leads. */
    public KnownFile become(FileState next, Fact fact) {
        // The object after GONE is a new one: with the etag or times of the old one a deleter would report it as
        // replaced.
        boolean isNew = kind() == StateKind.GONE;
        return new KnownFile(
                next,
                Change.by(fact),
                isNew ? null : ref,
                isNew ? versions.withRemoved(null) : versions,
                sightings.ofNextState(),
                base,
                Examination.NONE,
                commands,
                sweptOffset,
                entry);
    }

    public StateKind kind() {
        return state.kind();
    }

    public static StateKind kindOf(@Nullable KnownFile file) {
        return file == null ? StateKind.UNKNOWN : file.kind();
    }

    public boolean is(StateKind kind) {
        return kind() == kind;
    }

    /** Returns whether a snapshot must confirm that it is garbage, because its commit may have happened unseen. */
    public boolean toBeConfirmed() {
        return state instanceof FileState.Garbage garbage && garbage.toBeConfirmed();
    }

    public boolean isStuck() {
        return state instanceof FileState.Condemned condemned
                && condemned.deletion().stuck();
    }

    public FileRef refOrEmpty() {
        return ref == null ? FileRef.getDefaultInstance() : ref;
    }

    /** Returns whether the state is older than chunk 0 of an inventory. A FileWritten counts as a change. */
    public boolean isOlderThan(long announced) {
        return change.offset < announced && (sightings.written == null || sightings.written < announced);
    }

    /**
     * Returns whether the file contradicts the inventory announced at that offset: an older, unexcused LIVE file that
     * it has not named so far.
     */
    public boolean isUnlistedBy(long announced) {
        return state instanceof FileState.Live live
                && !live.excused()
                && isOlderThan(announced)
                && !isListedBy(announced);
    }

    /** Returns whether the inventory announced at that offset is the last one that has named the file. */
    public boolean isListedBy(long announced) {
        return sightings.inventory != null && sightings.inventory == announced;
    }

    /** Returns whether the snapshot announced at that offset is the last one that has named the file. */
    public boolean isNamedBy(long announced) {
        return sightings.snapshot != null && sightings.snapshot == announced;
    }

    public KnownFile with(FileState next) {
        return new KnownFile(next, change, ref, versions, sightings, base, examination, commands, sweptOffset, entry);
    }

    public KnownFile with(Change next) {
        return new KnownFile(state, next, ref, versions, sightings, base, examination, commands, sweptOffset, entry);
    }

    public KnownFile withRef(@Nullable FileRef next) {
        return new KnownFile(state, change, next, versions, sightings, base, examination, commands, sweptOffset, entry);
    }

    public KnownFile with(Versions next) {
        return new KnownFile(state, change, ref, next, sightings, base, examination, commands, sweptOffset, entry);
    }

    public KnownFile with(Sightings next) {
        return new KnownFile(state, change, ref, versions, next, base, examination, commands, sweptOffset, entry);
    }

    public KnownFile withBase(@Nullable Base next) {
        return new KnownFile(state, change, ref, versions, sightings, next, examination, commands, sweptOffset, entry);
    }

    public KnownFile with(Examination next) {
        return new KnownFile(state, change, ref, versions, sightings, base, next, commands, sweptOffset, entry);
    }

    public KnownFile with(Commands next) {
        return new KnownFile(state, change, ref, versions, sightings, base, examination, next, sweptOffset, entry);
    }

    public KnownFile withSwept(long offset) {
        return new KnownFile(state, change, ref, versions, sightings, base, examination, commands, offset, entry);
    }

    public KnownFile with(Entry next) {
        return new KnownFile(state, change, ref, versions, sightings, base, examination, commands, sweptOffset, next);
    }
}
