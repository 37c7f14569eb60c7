package io.sexton.client;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** The locks of several regions, taken in sorted order. Safe for use by any thread. */
public final class RegionLocks implements AutoCloseable {

    private final List<RegionLock> locks;

    RegionLocks(List<RegionLock> locks) {
        this.locks = List.copyOf(locks);
    }

    /** The locks, in the order of their regions. */
    public List<RegionLock> locks() {
        return locks;
    }

    /** Whether every one is certainly held now. */
    public boolean isHeld() {
        return locks.stream().allMatch(RegionLock::isHeld);
    }

    /** For how long every one is certainly held, as {@link RegionLock#remaining}; zero if one is not held. */
    public Duration remaining() {
        return locks.stream()
                .map(RegionLock::remaining)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Releases all, the last one first. */
    @Override
    public void close() {
        for (int i = locks.size() - 1; i >= 0; i--) {
            locks.get(i).close();
        }
    }
}
