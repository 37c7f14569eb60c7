package io.sexton.deleter.topology;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.locks.LockClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.proto.RegionId;
import java.time.Duration;

/** The blocking calls of the thread of a scan or a restoration. In the simulation, its world continues meanwhile. */
public interface BlockingCalls {

    /**
     * Takes a region's lock, as {@link LockClient#acquire} does.
     *
     * @throws LockUnavailableException if its acquisition failed
     */
    RegionLock acquire(RegionId region, LockOptions options) throws InterruptedException, LockUnavailableException;

    /** Lets time pass. */
    void pause(Duration length) throws InterruptedException;

    /** Blocks the calling thread. */
    static BlockingCalls of(LockClient locks) {
        return new BlockingCalls() {
            @Override
            public RegionLock acquire(RegionId region, LockOptions options)
                    throws InterruptedException, LockUnavailableException {
                return locks.acquire(region, options);
            }

            @Override
            public void pause(Duration length) throws InterruptedException {
                Thread.sleep(length);
            }
        };
    }
}
