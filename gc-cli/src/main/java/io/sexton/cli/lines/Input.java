package io.sexton.cli.lines;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Streams that may be compressed. The format is detected from their first bytes, because standard input has no name.
 */
final class Input {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int[] GZIP = {0x1F, 0x8B};
    private static final int[] ZSTD = {0x28, 0xB5, 0x2F, 0xFD};

    private Input() {}

    /** Returns the stream's content, decompressed if it is gzip or zstd. */
    static InputStream unpacked(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
        if (beginsWith(buffered, GZIP)) {
            return new GZIPInputStream(buffered, BUFFER_BYTES);
        }
        if (beginsWith(buffered, ZSTD)) {
            return new ZstdInputStream(buffered);
        }
        return buffered;
    }

    private static boolean beginsWith(BufferedInputStream in, int[] magic) throws IOException {
        in.mark(magic.length);
        boolean same = true;
        for (int i = 0; same && i < magic.length; i++) {
            same = in.read() == magic[i];
        }
        in.reset();
        return same;
    }
}
