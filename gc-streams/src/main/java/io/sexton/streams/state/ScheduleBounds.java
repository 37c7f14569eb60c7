package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Table;
import io.sexton.fold.index.Timeline;
import io.sexton.streams.row.ScheduleRow;
import io.sexton.streams.row.ScheduleRowOrBuilder;
import java.util.function.LongConsumer;

/** The one row of the schedule: lower bounds of its indexes, and where unfinished work continues. Not thread safe. */
final class ScheduleBounds {
    private final Table<ScheduleRow> rows;
    private final byte[] key;
    private final ScheduleRow.Builder row;
    private final Timeline due;
    private final Timeline timers;
    private final Timeline forget;
    private final Timeline dueBatches;
    private final Timeline forgetBatches;
    private boolean changed;

    ScheduleBounds(OrderedStore store) {
        rows = new Table<>(store, Tags.SCHEDULE_BOUNDS, ScheduleRow.parser());
        key = rows.key().build();
        ScheduleRow stored = rows.get(key);
        row = stored == null ? ScheduleRow.newBuilder() : stored.toBuilder();
        due = new Timeline(store, Tags.DUE, row.hasDueFloorMs() ? row.getDueFloorMs() : null);
        timers = new Timeline(store, Tags.TIMERS, row.hasTimerFloorMs() ? row.getTimerFloorMs() : null);
        forget = new Timeline(store, Tags.FORGET, row.hasForgetFloorMs() ? row.getForgetFloorMs() : null);
        dueBatches = new Timeline(store, Tags.DUE_BATCHES, row.hasDueBatchFloorMs() ? row.getDueBatchFloorMs() : null);
        forgetBatches = new Timeline(
                store, Tags.FORGET_BATCHES, row.hasForgetBatchFloorMs() ? row.getForgetBatchFloorMs() : null);
    }

    Timeline due() {
        return due;
    }

    Timeline timers() {
        return timers;
    }

    Timeline forget() {
        return forget;
    }

    Timeline dueBatches() {
        return dueBatches;
    }

    Timeline forgetBatches() {
        return forgetBatches;
    }

    ScheduleRowOrBuilder row() {
        return row;
    }

    /** Returns the row to change it. */
    ScheduleRow.Builder change() {
        changed = true;
        return row;
    }

    /** Writes the row if it, or a lower bound, has changed. */
    void flush() {
        takeFloor(due, row::setDueFloorMs);
        takeFloor(timers, row::setTimerFloorMs);
        takeFloor(forget, row::setForgetFloorMs);
        takeFloor(dueBatches, row::setDueBatchFloorMs);
        takeFloor(forgetBatches, row::setForgetBatchFloorMs);
        if (changed) {
            rows.put(key, row.build());
            changed = false;
        }
    }

    private void takeFloor(Timeline line, LongConsumer floor) {
        if (line.takeFloorChanged() && line.floorMs() != null) {
            floor.accept(line.floorMs());
            changed = true;
        }
    }
}
