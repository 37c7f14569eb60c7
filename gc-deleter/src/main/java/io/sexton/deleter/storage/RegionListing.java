package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A listing of all files under a region's root, several directories at once. It can fail at any point and be resumed:
 * completely listed directories are not listed again. Each file is named at least once.
 *
 * <p>For one thread at a time.
 */
public final class RegionListing {

    private final ObjectStore objects;
    private final int parallel;
    private final Pace pages;
    private final Deque<ObjectKey> left = new ArrayDeque<>();
    private int listing;
    private long listed;
    private @Nullable StorageProblemException failure;
    private boolean interrupted;

    RegionListing(ObjectStore objects, RegionRoot root, int parallel, Pace pages) {
        this.objects = objects;
        this.parallel = parallel;
        this.pages = pages;
        left.add(ObjectKey.of(root.root()));
    }

    /**
     * Lists the rest.
     *
     * @param sink called by several threads; by the caller's alone, if directories are listed one at a time
     * @throws StorageProblemException if some is still left; the call can be repeated later
     */
    public void run(ListingSink sink, CallGuard guard) throws StorageProblemException, InterruptedException {
        failure = null;
        if (parallel == 1) {
            work(sink, guard);
        } else {
            workInParallel(sink, guard);
        }
        StorageProblemException problem = failure;
        if (problem != null) {
            throw problem;
        }
        if (interrupted) {
            throw new InterruptedException("the listing was interrupted");
        }
        if (!left.isEmpty()) {
            // WARNING: what a complete listing lacks counts as missing: this one lacks something (I5).
            throw StorageProblemException.unknown("the listing ended before its end");
        }
    }

    /** Returns the number of completely listed directories. */
    public synchronized long listed() {
        return listed;
    }

    private void workInParallel(ListingSink sink, CallGuard guard) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < parallel; i++) {
                threads.execute(() -> work(sink, guard));
            }
        }
    }

    private void work(ListingSink sink, CallGuard guard) {
        try {
            for (ObjectKey directory = next(); directory != null; directory = next()) {
                list(directory, sink, guard);
            }
        } catch (InterruptedException e) {
            interrupt();
        }
    }

    private void list(ObjectKey directory, ListingSink sink, CallGuard guard) throws InterruptedException {
        Deque<ObjectKey> found = new ArrayDeque<>();
        boolean done = false;
        try {
            objects.list(
                    directory,
                    page -> {
                        awaitPace();
                        found.addAll(page.directories());
                        sink.accept(page);
                    },
                    guard);
            done = true;
        } catch (StorageProblemException e) {
            fail(e);
        } finally {
            finished(directory, found, done);
        }
    }

    private void awaitPace() throws InterruptedException {
        Thread.sleep(pages.untilFree());
        pages.take(1);
    }

    private synchronized void fail(StorageProblemException e) {
        failure = failure == null ? e : failure;
    }

    private synchronized void interrupt() {
        interrupted = true;
        notifyAll();
    }

    private synchronized void finished(ObjectKey directory, Deque<ObjectKey> found, boolean done) {
        listing--;
        if (done) {
            listed++;
            left.addAll(found);
        } else {
            left.addFirst(directory);
        }
        notifyAll();
    }

    private synchronized @Nullable ObjectKey next() throws InterruptedException {
        while (failure == null && !interrupted) {
            ObjectKey directory = left.pollLast();
            if (directory != null) {
                listing++;
                return directory;
            }
            if (listing == 0) {
                return null;
            }
            wait();
        }
        return null;
    }
}
