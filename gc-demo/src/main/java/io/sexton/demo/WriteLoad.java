package io.sexton.demo;

import io.sexton.demo.database.Region;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.RocksDBException;

/** Counted writes to one region at a steady rate. Run by one thread. */
final class WriteLoad {

    private static final int BATCHES_PER_SECOND = 50;

    private final Region region;
    private final int writesPerSecond;
    private final AtomicLong writes = new AtomicLong();

    WriteLoad(Region region, int writesPerSecond) {
        this.region = region;
        this.writesPerSecond = writesPerSecond;
    }

    Region region() {
        return region;
    }

    /** Returns the number of completed writes. */
    long writes() {
        return writes.get();
    }

    /** Writes until that time on the monotonic clock. A pause of the region is not made up for. */
    void runUntil(long end) throws RocksDBException, InterruptedException {
        int batch = writesPerSecond / BATCHES_PER_SECOND;
        while (System.nanoTime() - end < 0) {
            region.write(batch);
            writes.addAndGet(batch);
            Thread.sleep(1000 / BATCHES_PER_SECOND);
        }
    }
}
