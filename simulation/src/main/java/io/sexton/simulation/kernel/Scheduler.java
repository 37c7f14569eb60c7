package io.sexton.simulation.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * True time, which no component reads, and the queue of events. Events of one instant run in the order of their
 * scheduling. Not thread safe: one thread makes runs repeatable.
 */
public final class Scheduler {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private Instant now;
    private long nextNumber;

    /** A scheduled action. */
    public static final class Event implements Comparable<Event> {
        private final Instant time;
        private final long number;
        private Runnable action;

        private Event(Instant time, long number, Runnable action) {
            this.time = time;
            this.number = number;
            this.action = action;
        }

        /** Removes the action from the queue. */
        public void cancel() {
            action = () -> {};
        }

        @Override
        public int compareTo(Event other) {
            int byTime = time.compareTo(other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    public Scheduler(Instant start) {
        now = start;
    }

    /** Returns the true time. */
    public Instant now() {
        return now;
    }

    /** Schedules the action after the delay; a negative delay counts as none. */
    public Event after(Duration delay, Runnable action) {
        Event event = new Event(delay.isNegative() ? now : now.plus(delay), nextNumber++, action);
        events.add(event);
        return event;
    }

    /** Runs the next event, if one comes before the end. Returns whether there was one; else it is the end now. */
    public boolean runNext(Instant end) {
        Event next = events.peek();
        if (next == null || next.time.isAfter(end)) {
            now = now.isAfter(end) ? now : end;
            return false;
        }
        events.remove();
        now = next.time;
        next.action.run();
        return true;
    }
}
