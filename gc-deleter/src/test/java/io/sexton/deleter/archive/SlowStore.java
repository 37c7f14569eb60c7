package io.sexton.deleter.archive;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.ForwardingObjectStore;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A store whose objects take time to be read, on a clock of its own; and calls that have ten seconds. */
public final class SlowStore extends ForwardingObjectStore {

    private static final Duration CALL = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong();
    private final Duration aRead;

    /** @param aRead the time that each read of a buffer takes */
    public SlowStore(ObjectStore store, Duration aRead) {
        super(store);
        this.aRead = aRead;
    }

    public long nanoTime() {
        return nanos.get();
    }

    /** Returns the guard of a call that begins now. */
    public CallGuard call() {
        long end = nanos.get() + CALL.toNanos();
        return length -> end - nanos.get() - length.toNanos() > 0
                ? Optional.empty()
                : Optional.of("the storage call took longer than 10000 ms");
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        return new FilterInputStream(super.read(key)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                if (read >= 0) {
                    nanos.addAndGet(aRead.toNanos());
                }
                return read;
            }
        };
    }
}
