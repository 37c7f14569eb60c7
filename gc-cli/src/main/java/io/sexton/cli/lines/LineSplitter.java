package io.sexton.cli.lines;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A splitter of a UTF-8 stream into numbered lines, within bounded memory. A line ends with LF or CR LF; the last one
 * need not. A byte order mark at the beginning is no content. Not thread safe.
 */
final class LineSplitter implements Closeable {

    /** Longest line. A broker's records are far shorter (1 MiB unless configured), even with their JSON around them. */
    static final int MAX_BYTES = 1 << 25;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** One line, without its end. */
    sealed interface Line {
        record Text(String text) implements Line {}

        /** A line that cannot be read as text. */
        record Illegible(String problem) implements Line {}
    }

    private final InputStream in;
    private final int maxBytes;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    /** The part of a line that a former filling of the buffer ended with. */
    private byte[] begun = new byte[BUFFER_BYTES];

    private int begunBytes;
    private long number;

    LineSplitter(InputStream in) {
        this(in, MAX_BYTES);
    }

    LineSplitter(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Returns the number of the line read last; the first line is 1. */
    long number() {
        return number;
    }

    /** Returns the next line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        begunBytes = 0;
        boolean tooLong = false;
        while (true) {
            int end = endOfLine();
            int bytes = end - position;
            tooLong |= begunBytes + bytes > maxBytes;
            if (end < limit) {
                Line line = tooLong ? tooLong() : line(position, bytes);
                position = end + 1;
                return line;
            }
            if (!tooLong) {
                keep(bytes);
            }
            position = 0;
            limit = Math.max(0, in.read(buffer));
            if (limit == 0) {
                return tooLong ? tooLong() : begunBytes == 0 ? null : line(0, 0);
            }
        }
    }

    private int endOfLine() {
        int at = position;
        while (at < limit && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private void keep(int bytes) {
        if (begunBytes + bytes > begun.length) {
            begun = Arrays.copyOf(begun, Math.max(2 * begun.length, begunBytes + bytes));
        }
        System.arraycopy(buffer, position, begun, begunBytes, bytes);
        begunBytes += bytes;
    }

    private Line tooLong() {
        number++;
        return new Line.Illegible("is longer than " + maxBytes + " bytes");
    }

    /** Returns the line of the buffered beginning and further bytes of the buffer. */
    private Line line(int from, int bytes) {
        number++;
        if (begunBytes == 0) {
            return line(buffer, from, bytes);
        }
        position = from;
        keep(bytes);
        return line(begun, 0, begunBytes);
    }

    private Line line(byte[] source, int from, int bytes) {
        int start = from;
        int end = from + bytes;
        if (number == 1
                && Arrays.equals(source, start, Math.min(end, start + 3), BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            start += BYTE_ORDER_MARK.length;
        }
        if (end > start && source[end - 1] == '\r') {
            end--;
        }
        try {
            return new Line.Text(
                    decoder.decode(ByteBuffer.wrap(source, start, end - start)).toString());
        } catch (CharacterCodingException e) {
            return new Line.Illegible("is not UTF-8");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
