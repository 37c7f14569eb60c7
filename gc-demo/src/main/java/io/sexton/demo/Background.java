package io.sexton.demo;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Concurrent tasks. One failure ends all. Started and awaited by one thread. */
final class Background implements AutoCloseable {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "demo");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Future<?>> tasks = new CopyOnWriteArrayList<>();

    /** A task that runs in the background. */
    interface Task {
        void run() throws Exception;
    }

    /** Starts a task. */
    void start(Task task) {
        startAfter(Duration.ZERO, task);
    }

    /** Starts a task after a while. */
    void startAfter(Duration delay, Task task) {
        Callable<Void> delayed = () -> {
            Thread.sleep(delay);
            task.run();
            return null;
        };
        tasks.add(threads.submit(delayed));
    }

    /**
     * Waits until all tasks have ended.
     *
     * @param meanwhile called now and then
     * @throws IllegalStateException if one failed
     */
    void await(Task meanwhile) throws Exception {
        boolean running = true;
        while (running) {
            running = false;
            for (Future<?> task : tasks) {
                if (task.isDone()) {
                    requireSuccess(task);
                } else {
                    running = true;
                }
            }
            meanwhile.run();
            Thread.sleep(CHECK_INTERVAL);
        }
    }

    private static void requireSuccess(Future<?> task) throws InterruptedException {
        try {
            task.get();
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
