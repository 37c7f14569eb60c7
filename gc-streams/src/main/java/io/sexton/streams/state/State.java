package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.LogClock;
import io.sexton.fold.core.StoredClock;
import io.sexton.streams.row.ApprovalRow;
import io.sexton.streams.state.view.StateView;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The whole state of one partition's fold. Appliers change it; deciders and queries get the face. Not thread safe. */
public final class State implements StateView {
    private final StoredClock clock;
    private final ScheduleBounds bounds;
    private final Schedule schedule;
    private final Timers timers;
    private final ParkedFiles parked;
    private final Policies policies;
    private final Files files;
    private final Regions regions;
    private final Readers readers;
    private final References references;
    private final Holds holds;
    private final Compactions compactions;
    private final RegionRows<ApprovalRow> approvals;

    public State(Stores stores) {
        clock = new StoredClock(stores.regions(), Key.of(Tags.CLOCK).build());
        bounds = new ScheduleBounds(stores.schedule());
        schedule = new Schedule(stores.schedule(), bounds);
        timers = new Timers(stores.schedule(), bounds);
        parked = new ParkedFiles(stores.schedule());
        policies = new Policies(stores.regions());
        files = new Files(stores, schedule, parked, new ExpiringFiles(stores, schedule, policies), clock);
        regions = new Regions(stores.regions(), Tags.REGIONS);
        readers = new Readers(stores.regions());
        references = new References(stores.regions());
        holds = new Holds(stores.regions());
        compactions = new Compactions(stores.regions());
        approvals = new RegionRows<>(stores.regions(), Tags.APPROVALS, ApprovalRow.parser());
    }

    @Override
    public LogClock clock() {
        return clock.get();
    }

    public void setClock(LogClock next) {
        clock.set(next);
    }

    public Schedule schedule() {
        return schedule;
    }

    public Timers timers() {
        return timers;
    }

    public ParkedFiles parked() {
        return parked;
    }

    @Override
    public Policies policies() {
        return policies;
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

    public RegionRows<ApprovalRow> approvals() {
        return approvals;
    }

    /**
     * Returns the time of the next work of a tick; empty if nothing is scheduled. {@link Instant#MIN} means at once.
     */
    public Optional<Instant> nextWork() {
        return Stream.of(schedule.earliest(), timers.earliest())
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    /** Begins a record. Must be called before it changes anything. */
    public void begin(long offset) {
        schedule.begin(offset);
    }

    /** Writes the changes that are buffered while a record is applied. Must be called after each record. */
    public void flush() {
        schedule.flush();
        files.flush();
        parked.flush();
        readers.flush();
        references.flush();
        regions.flush();
        bounds.flush();
    }
}
