package io.sexton.deleter.topology;

import io.sexton.client.LifecyclePublisher;
import io.sexton.client.LockUnavailableException;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ListingPage;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.Pace;
import io.sexton.deleter.storage.RegionListing;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.FileRef;
import io.sexton.v1.LockMode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The scanner of one region: publishes the files under its root as an inventory, announced before the first page is listed,
 * listed under the region's shared lock, and complete only if every page of it was listed. When another owner wants the
 * region, the lock is released, and the listing resumes under the next one. Safe for use by many threads.
 */
public final class RegionScanner {

    /** Failures of one listing in a row without progress: without a directory that was listed to its end. */
    static final int ATTEMPTS = 5;

    private static final Duration PAUSE = Duration.ofMillis(200);

    /**
     * The settings of listings.
     *
     * @param lease how long a lock outlives this process
     * @param maxWait how long to wait for each lock
     * @param parallel directories listed at once
     * @param pages how fast pages are taken, over all scans
     */
    public record Settings(Duration lease, Duration maxWait, int parallel, Pace pages) {}

    private final BlockingCalls thread;
    private final LifecyclePublisher publisher;
    private final Settings settings;

    /** Waits as that thread does, and publishes to that log. */
    public RegionScanner(BlockingCalls thread, LifecyclePublisher publisher, Settings settings) {
        this.thread = thread;
        this.publisher = publisher;
        this.settings = settings;
    }

    /**
     * The extent of a complete inventory.
     *
     * @param files files that it names
     * @param bytes their size in all
     * @param unrepresentable names that the listing found and the inventory lacks
     */
    public record Scanned(long files, long bytes, UnrepresentableNames unrepresentable) {}

    /**
     * Scans one region.
     *
     * @param stop returns why to stop, if so; checked before each page
     * @throws IOException if the inventory is not complete: it proves no file missing
     */
    public Scanned scan(FileStore store, RegionRoot root, CallGuard stop) throws IOException, InterruptedException {
        AtomicLong files = new AtomicLong();
        AtomicLong bytes = new AtomicLong();
        UnrepresentableNames.Counter unrepresentable = new UnrepresentableNames.Counter();
        RegionListing listing;
        try {
            listing = store.listing(root, settings.parallel(), settings.pages());
        } catch (StorageProblemException e) {
            throw new IOException(e.detail(), e);
        }
        var unused = publisher.publishInventory(
                root.region(),
                sink -> listUnderLocks(root, listing, stop, page -> {
                    page.unrepresentable().forEach(unrepresentable::add);
                    for (ListingPage.Listed each : page.objects()) {
                        Optional<FileRef> file = reference(root, each);
                        if (file.isPresent()) {
                            sink.accept(file.get());
                            files.incrementAndGet();
                            bytes.addAndGet(each.facts().sizeBytes());
                        } else {
                            unrepresentable.add(each.key().value());
                        }
                    }
                }));
        return new Scanned(files.get(), bytes.get(), unrepresentable.names());
    }

    private void listUnderLocks(RegionRoot root, RegionListing listing, CallGuard stop, ListingSink sink)
            throws IOException, InterruptedException {
        LockOptions options =
                LockOptions.of(LockMode.SHARED, "SCAN", settings.lease()).maxWait(settings.maxWait());
        int attempt = 1;
        long listed = listing.listed();
        while (true) {
            boolean yielded;
            try (RegionLock lock = thread.acquire(root.region(), options)) {
                try {
                    listing.run(sink, guard(lock, stop));
                    return;
                } catch (StorageProblemException e) {
                    if (listing.listed() > listed) {
                        listed = listing.listed();
                        attempt = 1;
                    }
                    yielded = lock.yieldRequested().isPresent() || !lock.isHeld();
                    if (stop.whyStop().isPresent() || (!yielded && attempt++ == ATTEMPTS)) {
                        // WARNING: leaves the inventory without its last chunk: what it lacks is not missing (I5).
                        throw new IOException(e.detail(), e);
                    }
                }
            } catch (LockUnavailableException e) {
                throw new IOException("acquisition of the region's lock failed: " + e.getMessage(), e);
            }
            if (!yielded) {
                thread.pause(PAUSE.multipliedBy(attempt));
            }
        }
    }

    private static CallGuard guard(RegionLock lock, CallGuard stop) {
        return length -> {
            if (lock.remaining().compareTo(length) <= 0) {
                return Optional.of("the region's lock is no longer held");
            }
            return lock.yieldRequested().isPresent()
                    ? Optional.of("another owner wants the region")
                    : stop.whyStop(length);
        };
    }

    private static Optional<FileRef> reference(RegionRoot root, ListingPage.Listed listed) {
        String path = listed.key().value().substring(root.root().length() + 1);
        if (FilePath.problemWith(path).isPresent()) {
            return Optional.empty(); // No event can name it: none of the files that a manifest names has this path.
        }
        FileRef.Builder file = FileRef.newBuilder()
                .setPath(path)
                .setSizeBytes(listed.facts().sizeBytes())
                .setModifiedAt(Times.toProto(listed.facts().modifiedAt()));
        if (listed.facts().etag() != null) {
            file.setEtag(listed.facts().etag());
        }
        return Optional.of(file.build());
    }
}
