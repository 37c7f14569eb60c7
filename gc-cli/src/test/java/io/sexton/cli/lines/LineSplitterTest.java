package io.sexton.cli.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.cli.lines.LineSplitter.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineSplitterTest {

    @Test
    void splitsTheSameLinesForEverySizeOfReads() throws IOException {
        String text = "\uFEFFa\r\nbb\n\nö€\uD83D\uDE00\n" + "x".repeat(200_000) + "\nend";

        for (int piece : new int[] {1, 2, 7, 65_536, 1 << 20}) {
            assertThat(lines(text, piece, 1 << 20))
                    .as("pieces of %s bytes", piece)
                    .containsExactly(
                            new Line.Text("a"),
                            new Line.Text("bb"),
                            new Line.Text(""),
                            new Line.Text("ö€\uD83D\uDE00"),
                            new Line.Text("x".repeat(200_000)),
                            new Line.Text("end"));
        }
    }

    @Test
    void passesOverTheRestOfALineThatIsTooLong() throws IOException {
        for (int piece : new int[] {1, 3, 65_536}) {
            assertThat(lines("1234\n12345\n1\n123456789", piece, 4))
                    .containsExactly(
                            new Line.Text("1234"),
                            new Line.Illegible("is longer than 4 bytes"),
                            new Line.Text("1"),
                            new Line.Illegible("is longer than 4 bytes"));
        }
    }

    @Test
    void seesNoLineAfterTheLastEnd() throws IOException {
        assertThat(lines("a\n", 10, 10)).containsExactly(new Line.Text("a"));
        assertThat(lines("", 10, 10)).isEmpty();
    }

    private static List<Line> lines(String text, int piece, int maxBytes) throws IOException {
        List<Line> lines = new ArrayList<>();
        try (LineSplitter splitter = new LineSplitter(new Pieces(text.getBytes(UTF_8), piece), maxBytes)) {
            for (Line line = splitter.next(); line != null; line = splitter.next()) {
                lines.add(line);
                assertThat(splitter.number()).isEqualTo(lines.size());
            }
        }
        return lines;
    }

    /** A stream that returns at most so many bytes at once, as a pipe may. */
    private static final class Pieces extends InputStream {
        private final InputStream in;
        private final int piece;

        Pieces(byte[] bytes, int piece) {
            this.in = new ByteArrayInputStream(bytes);
            this.piece = piece;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            return in.read(to, offset, Math.min(length, piece));
        }
    }
}
