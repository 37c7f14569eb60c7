package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.decide.PinDecider;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.FilePin;
import io.sexton.streams.row.ReaderRow;
import io.sexton.streams.row.VersionPin;
import io.sexton.streams.state.Readers;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.QueryHeartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The applier of reader pins: verdicts, renewals and expiries (design, section 6; I2). Not thread safe. */
final class ReaderFacts {
    private final State state;
    private final Outbox out;
    private final Sweeps sweeps;
    private final FileChanges changes;
    private final Wakes wakes;
    private final List<ExpiredReader> expired = new ArrayList<>();

    /** A reader whose pin has expired by the present tick. */
    private record ExpiredReader(Region region, ReaderRow row) {}

    ReaderFacts(State state, Outbox out, Sweeps sweeps, FileChanges changes, Wakes wakes) {
        this.state = state;
        this.out = out;
        this.sweeps = sweeps;
        this.changes = changes;
        this.wakes = wakes;
    }

    void heartbeat(Region region, QueryHeartbeat heartbeat, Fact fact) {
        String reader = heartbeat.getReaderId();
        ReaderRow old = state.readers().get(region.id(), reader);
        boolean touch = heartbeat.getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET;
        if (touch && old == null) {
            out.verdict(region.id(), rejection(heartbeat, fact, "no living pin: name what to pin"));
            return;
        }
        ReaderRow.Builder next = old == null ? ReaderRow.newBuilder() : old.toBuilder();
        if (!touch) {
            Optional<PinVerdict.Builder> rejected = setPin(region, heartbeat, fact, old, next);
            if (rejected.isPresent()) {
                out.verdict(region.id(), rejected.get());
                return;
            }
            next.setForCommit(heartbeat.getForCommit());
            out.verdict(region.id(), verdict(heartbeat, fact).setAccepted(true));
        }
        Duration ttl = heartbeat.hasTtl()
                ? Times.of(heartbeat.getTtl())
                : state.policies().of(region.id()).readerTtl();
        next.setTtlMs(ttl.toMillis()).clearExpiresMs();
        if (old == null) {
            state.readers().insert(region.id(), reader, old, next.build());
        } else {
            state.readers().update(region.id(), reader, old, next.build());
            wakeUnpinned(region, old, next.build());
        }
        state.timers().awaitTick(new Timer.ReaderExpiry(region.id(), reader), fact);
        if (!heartbeat.getTempManifest().isEmpty()) {
            noteTempManifest(region, reader, FilePath.of(heartbeat.getTempManifest()), fact);
        }
    }

    void finished(Region region, String reader) {
        ReaderRow row = state.readers().get(region.id(), reader);
        if (row != null) {
            end(region, reader, row);
        }
    }

    /** Starts the ttl at the first agreeing tick after the last heartbeat. */
    void countFrom(Region region, String reader, Instant clock) {
        ReaderRow row = state.readers().get(region.id(), reader);
        if (row == null || row.hasExpiresMs()) {
            return;
        }
        Instant expires = clock.plusMillis(row.getTtlMs());
        ReaderRow.Builder next = row.toBuilder().setExpiresMs(expires.toEpochMilli());
        // A reader has one timer: an earlier one is kept, and moves itself when it fires.
        Instant check = Timer.justPast(expires);
        if (!row.hasTimerMs() || check.toEpochMilli() < row.getTimerMs()) {
            removeTimer(region, reader, row);
            next.setTimerMs(check.toEpochMilli());
            state.timers().add(check, new Timer.ReaderExpiry(region.id(), reader));
        }
        state.readers().update(region.id(), reader, row, next.build());
    }

    void expire(Region region, String reader, Fact tick) {
        ReaderRow row = state.readers().get(region.id(), reader);
        if (row == null || !row.hasTimerMs() || row.getTimerMs() > tick.time().toEpochMilli()) {
            return;
        }
        ReaderRow.Builder next = row.toBuilder().clearTimerMs();
        if (!row.hasExpiresMs()) {
            state.readers().update(region.id(), reader, row, next.build());
        } else if (row.getExpiresMs() >= tick.time().toEpochMilli()) {
            Instant check = Timer.justPast(Instant.ofEpochMilli(row.getExpiresMs()));
            state.timers().add(check, new Timer.ReaderExpiry(region.id(), reader));
            state.readers()
                    .update(
                            region.id(),
                            reader,
                            row,
                            next.setTimerMs(check.toEpochMilli()).build());
        } else {
            end(region, reader, row);
            expired.add(new ExpiredReader(region, row));
        }
    }

    /** Decides on a pin and sets it in {@code next}; or returns the rejection, and leaves the present pin unchanged. */
    private Optional<PinVerdict.Builder> setPin(
            Region region, QueryHeartbeat heartbeat, Fact fact, @Nullable ReaderRow old, ReaderRow.Builder next) {
        if (heartbeat.hasFiles()) {
            FilePin pin = FilePin.newBuilder()
                    .addAllPaths(heartbeat.getFiles().getPathsList())
                    .build();
            ReaderRow wanted = ReaderRow.newBuilder().setFiles(pin).build();
            if (old != null && old.hasFiles() && Readers.paths(old).equals(Readers.paths(wanted))) {
                return Optional.empty();
            }
            List<String> lost = unpinnable(region, pin);
            if (!lost.isEmpty()) {
                return Optional.of(rejection(heartbeat, fact, "condemned, gone, or revoked and not yet reported on")
                        .addAllCondemned(lost));
            }
            next.setFiles(pin).setOffset(fact.offset());
            return Optional.empty();
        }
        long version = heartbeat.getAtVersion();
        if (old != null && old.hasVersion() && old.getVersion().getVersion() == version) {
            return Optional.empty();
        }
        Optional<String> rejectionReason = PinDecider.rejectionReason(region, version);
        if (rejectionReason.isPresent()) {
            return Optional.of(rejection(heartbeat, fact, rejectionReason.get()));
        }
        VersionPin pin = VersionPin.newBuilder()
                .setVersion(version)
                .setEpoch(region.row().getEpoch())
                .build();
        next.setVersion(pin).setOffset(fact.offset());
        return Optional.empty();
    }

    private List<String> unpinnable(Region region, FilePin pin) {
        return pin.getPathsList().stream()
                .distinct()
                .filter(path -> PinDecider.isUnpinnable(sweeps.read(region, FilePath.of(path))))
                .toList();
    }

    private void noteTempManifest(Region region, String reader, FilePath path, Fact fact) {
        if (!PinDecider.mayBeTempManifest(state.readers(), region, path, sweeps.read(region, path))) {
            out.rejected(
                    region.id(), fact.offset(), path, "a temporary manifest must be a file that nobody else names");
            return;
        }
        ReaderRow row = state.readers().get(region.id(), reader);
        if (row != null) {
            ReaderRow next = row.toBuilder()
                    .setTempManifest(path.value())
                    .setProtectsTempManifest(true)
                    .build();
            state.readers().update(region.id(), reader, row, next);
            wakeTempManifest(region, row);
        }
    }

    /** Wakes the temporary manifest that a reader's row no longer protects. */
    private void wakeTempManifest(Region region, ReaderRow old) {
        if (!old.getTempManifest().isEmpty()) {
            wakes.wake(region, new Blocker.ByPath(region.id(), FilePath.of(old.getTempManifest())));
        }
    }

    /**
     * Applies the expiry of readers to the files that they wrote. Must be called after a tick has ended all expired
     * pins: the order of their ends must not matter.
     */
    void applyExpiries(Fact tick) {
        expired.forEach(reader -> abandonTempManifest(reader, tick));
        expired.forEach(this::requireConfirmationOfCommit);
        expired.clear();
    }

    private void abandonTempManifest(ExpiredReader reader, Fact tick) {
        if (!reader.row.getTempManifest().isEmpty()) {
            FilePath path = FilePath.of(reader.row.getTempManifest());
            KnownFile file = sweeps.read(reader.region, path);
            if (PinDecider.mayBeTempManifest(state.readers(), reader.region, path, file)) {
                FileState stale = new FileState.Abandoned(null, false, true);
                changes.become(reader.region, path, file, stale, tick, next -> next);
            }
        }
    }

    private void requireConfirmationOfCommit(ExpiredReader reader) {
        if (!reader.row.getForCommit() || !reader.row.hasFiles()) {
            return;
        }
        for (String pinned : Readers.paths(reader.row)) {
            FilePath path = FilePath.of(pinned);
            KnownFile file = sweeps.read(reader.region, path);
            if (file != null && PinDecider.mayHaveBeenCommitted(file)) {
                changes.requireConfirmation(reader.region, path, file);
            }
        }
    }

    private void end(Region region, String reader, ReaderRow row) {
        state.readers().delete(region.id(), reader, row);
        removeTimer(region, reader, row);
        wakeUnpinned(region, row, ReaderRow.getDefaultInstance());
        wakeTempManifest(region, row);
    }

    private void removeTimer(Region region, String reader, ReaderRow row) {
        if (row.hasTimerMs()) {
            state.timers().remove(Instant.ofEpochMilli(row.getTimerMs()), new Timer.ReaderExpiry(region.id(), reader));
        }
    }

    private void wakeUnpinned(Region region, ReaderRow old, ReaderRow next) {
        if (Readers.samePin(old, next)) {
            return;
        }
        if (old.hasVersion() && !state.readers().isVersionPinned(region.id(), old.getVersion())) {
            VersionPin pin = old.getVersion();
            wakes.wake(region, new Blocker.ByVersionPin(region.id(), pin.getEpoch(), pin.getVersion()));
        }
        for (String pinned : Readers.paths(old)) {
            FilePath path = FilePath.of(pinned);
            wakes.wake(region, new Blocker.ByPath(region.id(), path));
        }
    }

    private static PinVerdict.Builder rejection(QueryHeartbeat heartbeat, Fact fact, String why) {
        return verdict(heartbeat, fact).setAccepted(false).setDetail(why);
    }

    private static PinVerdict.Builder verdict(QueryHeartbeat heartbeat, Fact fact) {
        return PinVerdict.newBuilder().setReaderId(heartbeat.getReaderId()).setOffset(fact.offset());
    }
}
