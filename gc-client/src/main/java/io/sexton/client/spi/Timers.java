package io.sexton.client.spi;

/** Timers that run actions on one thread for the whole client. Actions must not block. Safe for use by any thread. */
public interface Timers {

    /** A scheduled action. */
    @FunctionalInterface
    interface Task {
        /** Cancels the action, unless it has run or is running. */
        void cancel();
    }

    /** Schedules an action to run when the deadline has passed on the client's monotonic clock, or soon after. */
    Task at(Deadline deadline, Runnable action);
}
