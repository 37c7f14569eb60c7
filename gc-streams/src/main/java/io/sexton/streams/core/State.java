package io.sexton.streams.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.StoredClock;
import io.sexton.fold.index.Table;
import io.sexton.streams.core.row.ApprovalRow;

/** The whole state of one partition's fold. Appliers change it; deciders get read-only parts of it. */
final class State {
    final Schedule schedule;
    final Policies policies;
    final Files files;
    final Regions regions;
    final Readers readers;
    final References references;
    final Holds holds;
    final Compactions compactions;
    final Table<ApprovalRow> approvals;
    final Protection protection;
    final Budget budget;
    private final StoredClock clock;

    State(Stores stores, Bounds bounds) {
        budget = new Budget(bounds.moves());
        clock = new StoredClock(stores.regions(), Key.of(Tags.CLOCK).build());
        schedule = new Schedule(stores.schedule());
        policies = new Policies(stores.regions());
        files = new Files(stores, schedule, policies, clock, budget);
        regions = new Regions(stores.regions(), Tags.REGIONS);
        readers = new Readers(stores.regions());
        references = new References(stores.regions());
        holds = new Holds(stores.regions());
        compactions = new Compactions(stores.regions());
        approvals = new Table<>(stores.regions(), Tags.APPROVALS, ApprovalRow.parser());
        protection = new Protection(readers, references, holds);
    }

    LogClock clock() {
        return clock.get();
    }

    void setClock(LogClock next) {
        clock.set(next);
    }

    /** Writes the changes that are buffered while a record is applied. Must be called after each record. */
    void flush() {
        files.flush();
        readers.flush();
        references.flush();
        regions.flush();
        schedule.flush();
    }
}
