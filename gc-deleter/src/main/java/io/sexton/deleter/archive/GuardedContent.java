package io.sexton.deleter.archive;

import io.sexton.deleter.core.CallGuard;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The content of a file, readable while the guard permits it: the read of a large file does not outlast its call. */
public final class GuardedContent extends FilterInputStream {

    private final CallGuard guard;

    /** @param guard consulted before each read; a refusal becomes an {@link IOException} */
    public GuardedContent(InputStream in, CallGuard guard) {
        super(in);
        this.guard = guard;
    }

    @Override
    public int read() throws IOException {
        requirePermission();
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        requirePermission();
        return super.read(buffer, offset, length);
    }

    private void requirePermission() throws IOException {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw new IOException("not read to its end: " + stop.get());
        }
    }
}
