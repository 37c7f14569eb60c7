package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.streams.decide.Lingers;
import io.sexton.streams.decide.TransitionTable;
import io.sexton.streams.decide.TransitionTable.Cause;
import io.sexton.streams.decide.TransitionTable.Effect;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.EffectivePolicy;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.FileState.Condemned;
import io.sexton.streams.model.FileState.Garbage;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Change;
import io.sexton.streams.model.KnownFile.Examination;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.StampCodec;
import java.time.Instant;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The changes of a file's state. Each caller has read the file, with unfinished sweeps applied. Not thread safe. */
final class FileChanges {
    private final State state;
    private final Outbox out;
    private final Wakes wakes;

    FileChanges(State state, Outbox out, Wakes wakes) {
        this.state = state;
        this.out = out;
        this.wakes = wakes;
    }

    /**
     * Applies the content of a cell of the table.
     *
     * @param details the attributes that the fact sets
     */
    void apply(
            Effect effect,
            Cause cause,
            Region region,
            FilePath path,
            @Nullable KnownFile old,
            Fact fact,
            UnaryOperator<KnownFile> details) {
        switch (effect) {
            case Effect.Keep keep -> {}
            case Effect.Become become -> {
                boolean pending =
                        old != null && old.is(StateKind.GONE) && old.commands().pendingOffset() != null;
                become(region, path, old, fresh(become.state()), fact, file -> details.apply(known(file, fact)));
                if (pending && cause.revokes()) {
                    // The report of an earlier command may have made it GONE: a later command could delete the new
                    // object (I1).
                    out.revoke(region.id(), path);
                }
            }
            case Effect.Revive revive -> {
                KnownFile condemned = Objects.requireNonNull(old, "only a condemned file is revived");
                become(
                        region,
                        path,
                        condemned,
                        fresh(revive.state()),
                        fact,
                        file -> details.apply(withPending(known(file, fact), condemned)));
                out.revoke(region.id(), path);
                out.conflict(region.id(), path);
            }
            case Effect.RequireConfirmation required ->
                requireConfirmation(region, path, Objects.requireNonNull(old, "an OBSOLETE file has a row"));
            case Effect.Reject reject -> out.rejected(region.id(), fact.offset(), path, reject.why());
        }
    }

    private static FileState fresh(StateKind kind) {
        return switch (kind) {
            case LIVE -> new FileState.Live(false);
            case OBSOLETE -> new FileState.Obsolete(null, false, false);
            case UNREFERENCED -> new FileState.Unreferenced(null, false);
            case TEMP -> new FileState.Temporary("");
            case ABANDONED -> new FileState.Abandoned(null, false, false);
            case ABORTED -> new FileState.Aborted(null, false);
            case UNKNOWN, CONDEMNED, GONE -> throw new IllegalStateException("no fact about a path makes it " + kind);
        };
    }

    private static KnownFile known(KnownFile file, Fact fact) {
        return file.with(file.sightings().withKnown(fact));
    }

    /** Keeps the last command pending, unless it was reported: the condemnation may end by the report of an earlier one. */
    private static KnownFile withPending(KnownFile next, KnownFile condemned) {
        return condemned.state() instanceof Condemned before
                        && !before.deletion().reported()
                ? next.with(next.commands().withPending(before.deletion().emittedOffset()))
                : next;
    }

    KnownFile become(
            Region region,
            FilePath path,
            @Nullable KnownFile old,
            FileState to,
            Fact fact,
            UnaryOperator<KnownFile> details) {
        return become(region, path, old, to, fact, state.policies().of(region.id()), details);
    }

    /**
     * Puts a file into a state.
     *
     * @param policy in force at the fact
     * @param details the attributes that the fact sets
     */
    KnownFile become(
            Region region,
            FilePath path,
            @Nullable KnownFile old,
            FileState to,
            Fact fact,
            EffectivePolicy policy,
            UnaryOperator<KnownFile> details) {
        KnownFile next = details.apply(old == null ? KnownFile.first(to, fact) : old.become(to, fact));
        Instant due = null;
        if (next.state() instanceof Garbage garbage) {
            due = Lingers.due(garbage, next.change().since(), policy);
            next = next.with(garbage.withLingerEnd(due == null ? null : KnownFile.wholeMillis(due)));
        }
        if (region.isGone() && to.kind().isTracked()) {
            due = region.dropDue();
        }
        return old == null
                ? state.files().insert(region, path, null, next, due)
                : state.files().update(region, path, old, next, due);
    }

    /** Requires a later snapshot to confirm the file as garbage: a commit of it may have been missed. */
    void requireConfirmation(Region region, FilePath path, KnownFile old) {
        Garbage garbage = (Garbage) old.state();
        KnownFile next = old.with(garbage.withConfirmationRequired())
                .with(new Examination(null, old.examination().dryRunGeneration()));
        // The due time is the old one: the next tick must find the file due again, whatever blocker it was parked
        // under.
        state.files()
                .update(
                        region,
                        path,
                        old,
                        next,
                        Objects.requireNonNullElse(old.entry().due(), Instant.EPOCH));
    }

    /** Makes a named file LIVE again: the change since chunk 0 was older than the snapshot. */
    KnownFile makeLiveBySnapshot(
            Region region, FilePath path, KnownFile old, Stamp snapshot, long announced, Fact fact) {
        Effect effect = TransitionTable.effect(Cause.SNAPSHOT_NAMES, old.kind());
        apply(
                effect,
                Cause.SNAPSHOT_NAMES,
                region,
                path,
                old,
                fact,
                file -> file.with(file.versions().live(snapshot))
                        .with(file.sightings().withSnapshot(announced)));
        return Objects.requireNonNull(state.files().find(region.id(), path), "a LIVE file has a row");
    }

    /** Makes a file LIVE in the new life of a retention-only region; a condemned file is revoked. */
    KnownFile becomeLiveInNewLife(Region region, FilePath path, KnownFile old, Fact fact, EffectivePolicy policy) {
        return become(
                region,
                path,
                old,
                new FileState.Live(false),
                fact,
                policy,
                file -> old.is(StateKind.CONDEMNED) ? withPending(file.withBase(null), old) : file);
    }

    /** Makes a file UNREFERENCED in the new life of its region, in which nothing has named it yet. */
    KnownFile becomeUnreferencedInNewLife(
            Region region, FilePath path, KnownFile old, Stamp removed, Fact fact, EffectivePolicy policy) {
        return become(
                region,
                path,
                old,
                new FileState.Unreferenced(null, false),
                fact,
                policy,
                file -> old.is(StateKind.LIVE) ? file.with(file.versions().withRemoved(removed)) : file);
    }

    KnownFile becomeGone(Region region, FilePath path, KnownFile old, Fact fact) {
        KnownFile gone = become(
                region,
                path,
                old,
                new FileState.Gone(),
                fact,
                file -> withPending(file.with(file.versions().withoutAdded()), old));
        wakes.wake(region, new Blocker.ByCompanion(region.id(), path));
        return gone;
    }

    /** Applies a report that the object in storage is not the condemned one: its path is in use again. */
    void applyChangedObject(Region region, FilePath path, KnownFile old, Fact fact) {
        FileState to =
                region.row().getRetentionOnly() ? new FileState.Live(false) : new FileState.Unreferenced(null, false);
        become(
                region,
                path,
                old,
                to,
                fact,
                file -> withPending(file.withRef(null).withBase(null), old));
    }

    /** Reverts a condemnation: state, time and due time are those from before it. */
    void restore(Region region, FilePath path, KnownFile old, Condemned condemned, Fact fact) {
        FileState from = condemned.origin().state();
        Long condemnedOffset = old.commands().condemnedOffset();
        if (region.row().hasNewLife()
                && region.row().getNewLife().getOffset() > (condemnedOffset == null ? 0 : condemnedOffset)) {
            Stamp removed = StampCodec.read(region.row().getNewLife().getRemoved());
            become(
                    region,
                    path,
                    old,
                    new FileState.Unreferenced(null, false),
                    fact,
                    file -> withPending(
                            from.kind() == StateKind.LIVE
                                    ? file.with(file.versions().withRemoved(removed))
                                    : file,
                            old));
            return;
        }
        if (from instanceof FileState.Temporary temporary
                && state.compactions().get(region.id(), temporary.compactionId()) == null) {
            // Its compaction has ended meanwhile. Without one of that id that can expire, TEMP would never end (I6).
            CompactionFacts.restart(state, region, temporary.compactionId(), fact);
        }
        KnownFile next = old.with(from)
                .with(new Change(
                        fact.offset(),
                        condemned.origin().factOffset(),
                        condemned.origin().since()));
        Instant lingerEnd = from instanceof Garbage garbage ? garbage.lingerEnd() : null;
        state.files().update(region, path, old, withPending(next, old), region.isGone() ? region.dropDue() : lingerEnd);
    }
}
