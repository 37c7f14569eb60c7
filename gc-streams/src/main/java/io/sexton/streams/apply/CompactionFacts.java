package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.CompactionRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.CompactionCompleted;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The applier of compactions. They complete, fail, or expire by timeout or by a higher epoch. Not thread safe. */
final class CompactionFacts {
    private final State state;
    private final FileFacts files;
    private final ManifestFacts manifests;
    private final Wakes wakes;

    CompactionFacts(State state, FileFacts files, ManifestFacts manifests, Wakes wakes) {
        this.state = state;
        this.files = files;
        this.manifests = manifests;
        this.wakes = wakes;
    }

    void started(Region region, CompactionStarted started, long epoch, Fact fact) {
        String id = started.getCompactionId();
        Timer timer = new Timer.CompactionExpiry(region.id(), id);
        Duration timeout = started.hasTimeout()
                ? Times.of(started.getTimeout())
                : state.policies().of(region.id()).compactionTimeout();
        CompactionRow running = state.compactions().get(region.id(), id);
        removeTimer(region, id, running);
        CompactionRow.Builder row = running == null ? CompactionRow.newBuilder() : running.toBuilder();
        row.setEpoch(Stamp.isBelow(row.getEpoch(), epoch) ? epoch : row.getEpoch())
                .setTimeoutMs(timeout.toMillis())
                .setOffset(fact.offset())
                .clearExpiresMs();
        if (running == null) {
            state.compactions().insert(region.id(), id, running, row.build());
        } else {
            state.compactions().update(region.id(), id, running, row.build());
        }
        state.timers().awaitTick(timer, fact);
        for (String path : started.getTempFilesList()) {
            files.compactionTemp(region, FilePath.of(path), id, fact);
        }
    }

    /** Starts a compaction again that has ended, for a file that is TEMP again: only its expiry ends that state. */
    static void restart(State state, Region region, String compactionId, Fact fact) {
        Duration timeout = state.policies().of(region.id()).compactionTimeout();
        CompactionRow row = CompactionRow.newBuilder()
                .setTimeoutMs(timeout.toMillis())
                .setOffset(fact.offset())
                .build();
        state.compactions().insert(region.id(), compactionId, null, row);
        state.timers().awaitTick(new Timer.CompactionExpiry(region.id(), compactionId), fact);
    }

    /** Applies the embedded edit, and ends the compaction: temporary files that are no outputs become garbage. */
    void completed(Region region, CompactionCompleted completed, Fact fact) {
        // A duplicate of an edit is ignored: the temporary files may be in the manifest.
        boolean ignored = completed.hasEdit() && !manifests.edit(region, completed.getEdit(), fact);
        region.row().setCompactionCompletedOffset(fact.offset());
        end(region, completed.getCompactionId(), ignored, fact);
        wakes.wake(region, new Blocker.AwaitsCompaction(region.id()));
    }

    void failed(Region region, CompactionFailed failed, Fact fact) {
        String id = failed.getCompactionId();
        end(region, id, false, fact);
        for (String leftover : failed.getLeftoverFilesList()) {
            files.compactionLeftover(region, FilePath.of(leftover), fact);
        }
    }

    /** Ends the compactions of lower epochs than the region's new one. Those without an epoch belong to no leader. */
    void expireByEpoch(Region region, Fact fact) {
        state.compactions().forEach(region.id(), (id, row) -> {
            if (row.getEpoch() != 0
                    && Stamp.isBelow(row.getEpoch(), region.row().getEpoch())) {
                end(region, id, true, fact);
            }
        });
    }

    /** Starts the timeout at the first agreeing tick after the start or restart of the compaction. */
    void countFrom(Region region, String compactionId, Instant clock) {
        CompactionRow row = state.compactions().get(region.id(), compactionId);
        if (row == null || row.hasExpiresMs()) {
            return;
        }
        Instant expires = clock.plusMillis(row.getTimeoutMs());
        state.compactions()
                .update(
                        region.id(),
                        compactionId,
                        row,
                        row.toBuilder().setExpiresMs(expires.toEpochMilli()).build());
        state.timers().add(Timer.justPast(expires), new Timer.CompactionExpiry(region.id(), compactionId));
    }

    void expire(Region region, String compactionId, Fact tick) {
        CompactionRow row = state.compactions().get(region.id(), compactionId);
        if (row != null
                && row.hasExpiresMs()
                && Instant.ofEpochMilli(row.getExpiresMs()).isBefore(tick.time())) {
            end(region, compactionId, true, tick);
        }
    }

    private void end(Region region, String compactionId, boolean commitUnknown, Fact fact) {
        state.files()
                .temporaries()
                .forEach(region.id(), compactionId, path -> files.abandon(region, path, commitUnknown, fact));
        CompactionRow row = state.compactions().get(region.id(), compactionId);
        if (row != null) {
            removeTimer(region, compactionId, row);
            state.compactions().delete(region.id(), compactionId, row);
        }
    }

    /** Removes the timer of an ended compaction, which would request a needless tick. */
    private void removeTimer(Region region, String compactionId, @Nullable CompactionRow row) {
        if (row != null && row.hasExpiresMs()) {
            state.timers()
                    .remove(
                            Timer.justPast(Instant.ofEpochMilli(row.getExpiresMs())),
                            new Timer.CompactionExpiry(region.id(), compactionId));
        }
    }
}
