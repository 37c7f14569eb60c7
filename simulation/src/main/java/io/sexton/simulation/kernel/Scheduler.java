package io.sexton.simulation.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * True time, which nobody in the world can read, and what happens next. Events of one instant happen in the order in
 * which they were asked for. Not thread safe: that there is one thread is the point.
 */
public final class Scheduler {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private Instant now;
    private long nextNumber;

    /** Something that was asked for. */
    public static final class Event implements Comparable<Event> {
        private final Instant time;
        private final long number;
        private Runnable action;

        private Event(Instant time, long number, Runnable action) {
            this.time = time;
            this.number = number;
            this.action = action;
        }

        /** It does not happen any more. */
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

    /** True time. */
    public Instant now() {
        return now;
    }

    /** Has the action happen after the delay; one that is negative counts as none. */
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
