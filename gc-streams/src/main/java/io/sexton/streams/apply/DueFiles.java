package io.sexton.streams.apply;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Fact;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.state.DueEntry;
import io.sexton.streams.state.ExpiringFiles;
import io.sexton.streams.state.Region;
import io.sexton.streams.state.State;
import io.sexton.streams.state.view.FilesView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one applier that condemns: it examines the due files in order (design, section 7). Work is bounded: entries due
 * beyond {@link Bounds#looks} wait for the next tick, in the same order. Not thread safe.
 */
final class DueFiles {
    private static final int PAGE = 256;

    /**
     * Upper bound on the rows of a gone region skipped for each look: they are not due, but reading them costs, too.
     */
    private static final int MAX_SKIPPED_PER_LOOK = 20;

    private final int partition;
    private final State state;
    private final Outbox out;
    private final Condemning condemning;
    private final Wakes wakes;
    private final Backlog backlog;
    private final Bounds bounds;

    DueFiles(
            int partition,
            State state,
            Outbox out,
            Condemning condemning,
            Wakes wakes,
            Backlog backlog,
            Bounds bounds) {
        this.partition = partition;
        this.state = state;
        this.out = out;
        this.condemning = condemning;
        this.wakes = wakes;
        this.backlog = backlog;
        this.bounds = bounds;
    }

    /** Examines the files that are due at the tick's time. */
    Pass examine(Fact tick) {
        Pass pass = new Pass(tick);
        pass.examineAll();
        return pass;
    }

    /** One tick's walk over the due index. */
    final class Pass {
        private final Fact tick;
        private final CommandBatch batch;
        private final DueDecisions decisions;
        private int looks;
        private int skipped;
        private boolean workLeft;
        private @Nullable DueEntry firstDeferred;
        /** True if the last entry of a page names a file that has left the schedule since. */
        private boolean endedWithStale;

        /**
         * The regions whose files wait, as at their first entry: files parked in this pass are not those that a change
         * of policies wakes.
         */
        private final Map<RegionId, Boolean> deferredAtFirst = new HashMap<>();

        private Pass(Fact tick) {
            this.tick = tick;
            batch = new CommandBatch(partition, tick);
            decisions = new DueDecisions(state, out, condemning, wakes, batch, tick);
        }

        private void examineAll() {
            DueEntry last = null;
            List<DueEntry> page = state.schedule().due(null, tick.time(), PAGE);
            while (!page.isEmpty() && !workLeft) {
                last = examine(page);
                page = !endedWithStale && isDeferred(last)
                        ? state.schedule().dueAfterRegion(last, tick.time(), PAGE)
                        : state.schedule().due(last, tick.time(), PAGE);
            }
            updateFloor(last);
            batch.emit(out);
        }

        /** Returns whether the bound was reached: the next tick resumes. */
        boolean hasWorkLeft() {
            return workLeft;
        }

        /** Examines a page. Returns the last entry examined: after it the page may differ from the schedule. */
        private DueEntry examine(List<DueEntry> page) {
            for (DueEntry entry : page) {
                FilePath path = entry.path();
                KnownFile file = path == null ? null : state.files().find(entry.region(), path);
                endedWithStale = path != null && (file == null || !file.entry().isDueAt(entry.due()));
                if (endedWithStale) {
                    continue;
                }
                if (isDeferred(entry)) {
                    noteDeferred(entry);
                    return entry;
                }
                examineEntry(entry, file);
                if (decisions.takeWoke()) {
                    noteWokenBefore(entry);
                    return entry;
                }
                if (workLeft || entry.path() == null) {
                    return entry; // a region's entry may have moved to a later time, among entries of this page
                }
            }
            return page.get(page.size() - 1);
        }

        /** Defers files that returned to the schedule before this entry to the next tick. */
        private void noteWokenBefore(DueEntry here) {
            DueEntry first = state.schedule().firstAddedBefore(here);
            if (first != null && (firstDeferred == null || first.isBefore(firstDeferred))) {
                firstDeferred = first;
            }
        }

        private void updateFloor(@Nullable DueEntry last) {
            if (firstDeferred != null) {
                state.schedule().raiseFloorTo(firstDeferred);
            } else if (workLeft && last != null) {
                state.schedule().raiseFloorTo(last);
            } else {
                state.schedule().raiseFloorAbove(tick.time());
            }
            state.schedule().setWorkLeft(workLeft || backlog.isUnfinished());
        }

        private boolean isDeferred(DueEntry entry) {
            return isDeferred(state.regions().get(entry.region()));
        }

        /** Returns whether this pass examines no file of the region, because work on it is unfinished. */
        boolean isDeferred(Region region) {
            return deferredAtFirst.computeIfAbsent(region.id(), id -> backlog.defers(region))
                    || region.hasUnfinishedWork();
        }

        /** Records an entry of a region with unfinished work: its due files may not be those of the schedule. */
        private void noteDeferred(DueEntry entry) {
            if (mayLook() && firstDeferred == null) {
                firstDeferred = entry;
            }
        }

        private void examineEntry(DueEntry entry, @Nullable KnownFile file) {
            Region region = state.regions().get(entry.region());
            FilePath path = entry.path();
            if (path != null && file != null) {
                examineFile(region, path, file, entry);
            } else if (region.isGone()) {
                examineGoneRegion(region, entry);
            } else {
                examineExpired(region, entry);
            }
        }

        private boolean mayLook() {
            if (looks == bounds.looks()) {
                workLeft = true;
                return false;
            }
            looks++;
            return true;
        }

        private boolean maySkip() {
            workLeft |= skipped == bounds.looks() * MAX_SKIPPED_PER_LOOK;
            skipped++;
            return !workLeft;
        }

        private void examineFile(Region region, FilePath path, KnownFile file, DueEntry entry) {
            if (!mayLook()) {
                return;
            }
            boolean overtaken = region.isGone()
                    && !file.is(StateKind.CONDEMNED)
                    && !entry.due().equals(region.dropDue());
            if (overtaken) {
                // The region is gone, and the walk over all its files will reach this one.
                state.files().update(region, path, file, file, null);
                return;
            }
            decisions.decide(region, path, file, entry.due());
        }

        /** Examines the files of a gone region. It has one entry: each of its files is due at the drop's due time. */
        private void examineGoneRegion(Region region, DueEntry entry) {
            String scannedTo = region.row().getDrop().getScannedTo();
            FilePath from = scannedTo.isEmpty() ? null : FilePath.of(scannedTo);
            List<FilesView.Found> page = state.files().above(region.id(), "", from, PAGE);
            while (!page.isEmpty()) {
                for (FilesView.Found found : page) {
                    StateKind is = found.file().kind();
                    boolean isDue = is.isTracked() && is != StateKind.CONDEMNED;
                    if (isDue ? !mayLook() : !maySkip()) {
                        return;
                    }
                    if (isDue) {
                        decisions.decide(region, found.path(), found.file(), entry.due());
                    }
                    from = found.path();
                    region.row().getDropBuilder().setScannedTo(from.value());
                }
                page = state.files().above(region.id(), "", from, PAGE);
            }
            state.schedule().remove(entry);
        }

        /**
         * Examines the expired files of a retention-only region. It has one entry, at the time of its earliest expiry.
         */
        private void examineExpired(Region region, DueEntry entry) {
            while (region.row().hasRetentionDueMs()
                    && region.row().getRetentionDueMs() == entry.due().toEpochMilli()) {
                ExpiringFiles.First first = state.files().expiring().first(region);
                KnownFile file = first == null ? null : state.files().find(region.id(), first.path());
                if (first == null || file == null) {
                    throw new IllegalStateException("region " + region.id() + " has an expiry but no expiring file");
                }
                if (!mayLook()) {
                    return;
                }
                decisions.decide(region, first.path(), file, entry.due());
            }
        }

        /** Wakes companions that were parked before their own companions counted, for the next tick. */
        void wakeCompanions() {
            decisions.wakeCompanions();
        }
    }
}
