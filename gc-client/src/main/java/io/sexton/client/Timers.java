package io.sexton.client;

/** Runs things later, on one thread for the whole client. What it runs must not block. Safe for use by any thread. */
public interface Timers {

    /** Something that was asked for. */
    @FunctionalInterface
    interface Task {
        /** It need not run any more; it may be running. */
        void cancel();
    }

    /** Runs the action once the deadline has passed on the client's monotonic clock, or soon after. */
    Task at(Deadline deadline, Runnable action);
}
