package io.sexton.simulation.kernel;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One machine: a wall clock that is wrong, drifts and can be stepped, a monotonic clock that only drifts, and pauses in
 * which nothing on it runs (a long garbage collection, a frozen virtual machine). Both clocks go on in a pause.
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
     * @param driftPartsPerMillion how much faster than true time both clocks go
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

    /** What its wall clock says. Its drift is taken out again by time synchronisation; what is left is the error. */
    public Instant wall() {
        return scheduler.now().plus(wallError).truncatedTo(ChronoUnit.MILLIS);
    }

    /** What its monotonic clock says: time since the machine was started. */
    public Duration uptime() {
        long nanos = Duration.between(started, scheduler.now()).toNanos();
        return Duration.ofNanos(nanos + nanos / MILLION * driftPartsPerMillion);
    }

    /** Sets the wall clock so far ahead of true time, or behind it. */
    public void setWallError(Duration error) {
        wallError = error;
    }

    /** Nothing on it runs for so long. */
    public void pause(Duration length) {
        Instant end = scheduler.now().plus(length);
        pausedUntil = end.isAfter(pausedUntil) ? end : pausedUntil;
    }

    /** A pause ends early: the world becomes calm. */
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
