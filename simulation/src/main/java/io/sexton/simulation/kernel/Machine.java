package io.sexton.simulation.kernel;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One machine: a wall clock with an error, a drift and steps; a monotonic clock with a drift alone; and pauses in which
 * no process of it runs (a long garbage collection, a frozen virtual machine). Both clocks run during a pause.
 */
public final class Machine {
    private static final long MILLION = 1_000_000;

    private final String name;
    private final Scheduler scheduler;
    private final Instant started;
    private final long driftPartsPerMillion;
    private Duration wallError;
    private Instant pausedUntil;

    /**
     * @param wallError how far the wall clock is ahead of true time
     * @param driftPartsPerMillion how much faster than true time both clocks run
     */
    public Machine(String name, Scheduler scheduler, Duration wallError, long driftPartsPerMillion) {
        this.name = name;
        this.scheduler = scheduler;
        this.started = scheduler.now();
        this.wallError = wallError;
        this.driftPartsPerMillion = driftPartsPerMillion;
        this.pausedUntil = started;
    }

    public String name() {
        return name;
    }

    /** Returns the time of the wall clock. Time synchronisation removes its drift; the error remains. */
    public Instant wall() {
        return scheduler.now().plus(wallError).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Returns the time since the machine was started, by its monotonic clock. */
    public Duration uptime() {
        long nanos = Duration.between(started, scheduler.now()).toNanos();
        return Duration.ofNanos(nanos + nanos / MILLION * driftPartsPerMillion);
    }

    /** Sets the wall clock so far ahead of true time, or behind it. */
    public void setWallError(Duration error) {
        wallError = error;
    }

    /** Stops all processes of the machine for this time. */
    public void pause(Duration length) {
        Instant end = scheduler.now().plus(length);
        pausedUntil = end.isAfter(pausedUntil) ? end : pausedUntil;
    }

    /** Ends a pause early, when the faults stop. */
    public void resume() {
        pausedUntil = scheduler.now();
    }

    public boolean isPaused() {
        return pausedUntil.isAfter(scheduler.now());
    }

    Duration pauseLeft() {
        return isPaused() ? Duration.between(scheduler.now(), pausedUntil) : Duration.ZERO;
    }
}
