package io.sexton.streams.apply;

import io.sexton.fold.core.Times;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.FileState;
import io.sexton.streams.model.Stamps;
import io.sexton.streams.model.Timer;
import io.sexton.streams.row.CompactionRow;
import io.sexton.streams.row.FileRow;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.v1.CompactionFailed;
import io.sexton.v1.CompactionStarted;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The applier of compactions. They complete, fail, or expire by timeout or by a higher epoch. Not thread safe. */
final class CompactionFacts {
    private final State state;
    private final Outbox out;
    private final FileFacts files;

    CompactionFacts(State state, Outbox out, FileFacts files) {
        this.state = state;
        this.out = out;
        this.files = files;
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
        row.setEpoch(Stamps.isBelow(row.getEpoch(), epoch) ? epoch : row.getEpoch())
                .setTimeoutMs(timeout.toMillis())
                .setOffset(fact.offset())
                .clearExpiresMs();
        state.compactions().put(region.id(), id, row.build());
        state.schedule().awaitTick(timer, fact);
        for (String path : started.getTempFilesList()) {
            files.compactionTemp(region, FilePath.of(path), id, fact);
        }
    }

    /** Starts a compaction again that has ended, for a file that is TEMP again: only its expiry ends that state. */
    static void restart(State state, Region region, String compactionId, Fact fact) {
        state.compactions().put(
                region.id(),
                compactionId,
                CompactionRow.newBuilder()
                        .setTimeoutMs(state.policies()
                                .of(region.id())
                                .compactionTimeout()
                                .toMillis())
                        .setOffset(fact.offset())
                        .build());
        state.schedule().awaitTick(new Timer.CompactionExpiry(region.id(), compactionId), fact);
    }

    /**
     * Ends a compaction after its edit was applied: temporary files that are no outputs become garbage.
     *
     * @param editIgnored whether its edit was a duplicate: then its temporary files may be in the manifest
     */
    void completed(Region region, String compactionId, boolean editIgnored, Fact fact) {
        region.row().setCompactionCompletedOffset(fact.offset());
        end(region, compactionId, editIgnored, fact);
        state.files().wake(region, new Blocker.AwaitsCompaction(region.id()));
    }

    void failed(Region region, CompactionFailed failed, Fact fact) {
        String id = failed.getCompactionId();
        end(region, id, false, fact);
        for (String leftover : failed.getLeftoverFilesList()) {
            FilePath path = FilePath.of(leftover);
            FileRow file = state.files().get(region, path);
            if (file != null && FileState.of(file) == FileState.TEMP) {
                out.rejected(
                        region.id(),
                        fact.offset(),
                        path,
                        "is a temporary file of the running compaction " + file.getCompactionId());
            } else {
                files.compactionLeftover(region, path, fact);
            }
        }
    }

    /** Ends the compactions of lower epochs than the region's new one. Those without an epoch belong to no leader. */
    void expireByEpoch(Region region, Fact fact) {
        state.compactions().forEach(region.id(), (id, row) -> {
            if (row.getEpoch() != 0
                    && Stamps.isBelow(row.getEpoch(), region.row().getEpoch())) {
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
        state.compactions().put(
                region.id(),
                compactionId,
                row.toBuilder().setExpiresMs(expires.toEpochMilli()).build());
        state.schedule().add(justPast(expires), new Timer.CompactionExpiry(region.id(), compactionId));
    }

    void expire(Region region, String compactionId, Fact tick) {
        CompactionRow row = state.compactions().get(region.id(), compactionId);
        if (row != null
                && row.hasExpiresMs()
                && Instant.ofEpochMilli(row.getExpiresMs()).isBefore(tick.time())) {
            end(region, compactionId, true, tick);
        }
    }

    /** Returns the first time past this one: "past" is strictly above, and times are whole milliseconds. */
    static Instant justPast(Instant time) {
        return time.plusMillis(1);
    }

    private void end(Region region, String compactionId, boolean commitUnknown, Fact fact) {
        state.files().forEachTemporary(
                region.id(), compactionId, path -> files.abandon(region, path, commitUnknown, fact));
        removeTimer(region, compactionId, state.compactions().get(region.id(), compactionId));
        state.compactions().remove(region.id(), compactionId);
    }

    /** Removes the timer of an ended compaction, which would request a needless tick. */
    private void removeTimer(Region region, String compactionId, @Nullable CompactionRow row) {
        if (row != null && row.hasExpiresMs()) {
            state.schedule().remove(
                    justPast(Instant.ofEpochMilli(row.getExpiresMs())),
                    new Timer.CompactionExpiry(region.id(), compactionId));
        }
    }
}
