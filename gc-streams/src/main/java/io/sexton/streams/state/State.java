package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.StoredClock;
import io.sexton.fold.index.Table;
import io.sexton.streams.row.ApprovalRow;
import io.sexton.streams.state.view.StateView;

/** The whole state of one partition's fold. Appliers change it; deciders get read-only parts of it. */
public final class State implements StateView {
    private final Schedule schedule;
    private final Policies policies;
    private final Files files;
    private final Regions regions;
    private final Readers readers;
    private final References references;
    private final Holds holds;
    private final Compactions compactions;
    private final Table<ApprovalRow> approvals;
    private final Budget budget;
    private final StoredClock clock;

    public State(Stores stores, int moves) {
        budget = new Budget(moves);
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
    }

    @Override
    public LogClock clock() {
        return clock.get();
    }

    @Override
    public Files files() {
        return files;
    }

    @Override
    public Regions regions() {
        return regions;
    }

    @Override
    public Readers readers() {
        return readers;
    }

    @Override
    public References references() {
        return references;
    }

    @Override
    public Holds holds() {
        return holds;
    }

    @Override
    public Compactions compactions() {
        return compactions;
    }

    @Override
    public Policies policies() {
        return policies;
    }

    public Schedule schedule() {
        return schedule;
    }

    public Table<ApprovalRow> approvals() {
        return approvals;
    }

    public Budget budget() {
        return budget;
    }

    public void setClock(LogClock next) {
        clock.set(next);
    }

    /** Writes the changes that are buffered while a record is applied. Must be called after each record. */
    public void flush() {
        files.flush();
        readers.flush();
        references.flush();
        regions.flush();
        schedule.flush();
    }
}
