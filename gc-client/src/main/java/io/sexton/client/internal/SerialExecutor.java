package io.sexton.client.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor that runs the callbacks of one owner one at a time and in order, on a shared executor. A callback that
 * throws is logged, and the next one is called.
 */
public final class SerialExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor shared;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    public SerialExecutor(Executor shared) {
        this.shared = shared;
    }

    @Override
    public void execute(Runnable callback) {
        synchronized (waiting) {
            waiting.add(callback);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            shared.execute(this::drain);
        } catch (RejectedExecutionException e) {
            LOG.warn("A callback was dropped, because its executor is closed");
            synchronized (waiting) {
                running = false;
                waiting.clear();
            }
        }
    }

    /** Returns the number of callbacks that wait or run. */
    public int backlog() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private void drain() {
        while (true) {
            Runnable next;
            synchronized (waiting) {
                next = waiting.peek();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                // An Error, too: otherwise no later loss of a pin or lock would be reported to the owner.
                LOG.error("A callback failed", e);
            }
            synchronized (waiting) {
                waiting.remove();
            }
        }
    }
}
