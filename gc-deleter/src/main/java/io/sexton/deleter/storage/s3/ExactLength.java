package io.sexton.deleter.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that fails unless it has exactly this number of bytes. It fails before it returns its last bytes, so that a
 * request that sends them cannot be completed. Closing it leaves the underlying stream open.
 */
final class ExactLength extends FilterInputStream {

    private long left;

    ExactLength(InputStream in, long length) {
        super(in);
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read = read(one, 0, 1);
        return read < 0 ? read : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int read = super.read(buffer, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new IOException("the content ends " + left + " bytes too early");
        }
        left -= read;
        if (left == 0 && super.read() >= 0) {
            throw new IOException("the content is longer than announced");
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() {
        // The content is its owner's.
    }
}
