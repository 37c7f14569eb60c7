package io.sexton.streams.apply;

import com.google.protobuf.ByteString;
import io.sexton.proto.FilePath;
import io.sexton.streams.model.Blocker;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.row.Wake;
import io.sexton.streams.state.ParkedFiles;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The return of parked files to the schedule when their blocker ends, within the record's budget. The region's row, or
 * the schedule's, stores the position of unfinished work. Not thread safe.
 */
final class Wakes {
    private static final int PAGE = 512;

    private final State state;
    private final Budget budget;

    Wakes(State state, Budget budget) {
        this.state = state;
        this.budget = budget;
    }

    /** Returns all files that are parked under the blocker to the schedule, each at its old due time. */
    void wake(Region region, Blocker blocker) {
        if (state.parked().isAnyUnder(blocker)) {
            wake(region, blocker.key());
        }
    }

    /** Returns all parked files of the region to the schedule. */
    void wakeAll(Region region) {
        if (region.row().getParkedFiles() > 0) {
            Blocker.keysOf(region.id()).forEach(keys -> wake(region, keys));
        }
    }

    private void wake(Region region, byte[] blockerKeyPrefix) {
        byte[] next = wake(state.parked().under(blockerKeyPrefix));
        if (next != null) {
            region.row()
                    .addWakes(Wake.newBuilder()
                            .setPrefix(ByteString.copyFrom(blockerKeyPrefix))
                            .setNext(ByteString.copyFrom(next)));
            state.schedule().markUnfinished(region.id());
        }
    }

    /** Resumes the region's unfinished wakes. Returns whether all are finished. */
    boolean resume(Region region) {
        RegionRow.Builder row = region.row();
        while (row.getWakesCount() > 0) {
            Wake wake = row.getWakes(0);
            byte[] next = wake(state.parked()
                    .under(wake.getPrefix().toByteArray())
                    .startingAt(wake.getNext().toByteArray()));
            if (next != null) {
                row.getWakesBuilder(0).setNext(ByteString.copyFrom(next));
                return false;
            }
            row.removeWakes(0);
        }
        return true;
    }

    /** Returns all parked files of all regions to the schedule. */
    void wakeAll() {
        state.schedule().setWakeAllNext(wake(state.parked().under()));
    }

    /** Resumes the unfinished wake of the last change of policies. Returns whether it is finished. */
    boolean resumeAll() {
        byte[] from = state.schedule().wakeAllNext();
        if (from == null) {
            return true;
        }
        byte[] next = wake(state.parked().under().startingAt(from));
        state.schedule().setWakeAllNext(next);
        return next == null;
    }

    /** Returns a file to the schedule, if it is parked. */
    void wakeFile(Region region, FilePath path) {
        KnownFile file = state.files().find(region.id(), path);
        if (file != null && file.entry().isParked()) {
            state.files().unpark(region, path, file);
        }
    }

    /** Wakes the files parked in the range. Returns the key to resume from; {@code null}: finished. */
    private byte @Nullable [] wake(ParkedFiles.Range range) {
        ParkedFiles.Range rest = range;
        List<ParkedFiles.Parked> page = state.parked().page(rest, PAGE);
        while (!page.isEmpty()) {
            for (ParkedFiles.Parked parked : page) {
                if (budget.isSpent()) {
                    return parked.key();
                }
                Region region = state.regions().get(parked.region());
                KnownFile file = Objects.requireNonNull(
                        state.files().find(parked.region(), parked.path()), "a parked file has a row");
                state.files().unpark(region, parked.path(), file);
                budget.moved();
            }
            rest = rest.after(page.get(page.size() - 1));
            page = page.size() < PAGE ? List.of() : state.parked().page(rest, PAGE);
        }
        return null;
    }
}
