package io.sexton.client.locks;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** The locks of several regions, acquired in sorted order. Safe for use by any thread. */
public final class RegionLocks implements AutoCloseable {

    private final List<RegionLock> locks;

    /**
     * Groups locks.
     *
     * @param locks the locks, in the order of their regions
     */
    public RegionLocks(List<RegionLock> locks) {
        this.locks = List.copyOf(locks);
    }

    /** Returns the locks, in the order of their regions. */
    public List<RegionLock> locks() {
        return locks;
    }

    /** Returns whether every lock is certainly held now. */
    public boolean isHeld() {
        return locks.stream().allMatch(RegionLock::isHeld);
    }

    /**
     * Returns the time for which every lock is certainly held, as {@link RegionLock#remaining}; zero if one is not
     * held.
     */
    public Duration remaining() {
        return locks.stream()
                .map(RegionLock::remaining)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Releases all locks in reverse order, without blocking. */
    @Override
    public void close() {
        for (int i = locks.size() - 1; i >= 0; i--) {
            locks.get(i).close();
        }
    }
}
