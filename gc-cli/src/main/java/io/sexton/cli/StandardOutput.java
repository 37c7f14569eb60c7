package io.sexton.cli;

import io.sexton.service.CommandFailure;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Standard output in UTF-8 on every machine, because JSON lines are UTF-8, and the JVM would use the terminal's
 * encoding.
 *
 * <p>A failed write ends the command as a {@link CommandFailure}. {@link PrintWriter} would drop the exception, and
 * with it the difference between a full disk and a closed reader.
 */
final class StandardOutput extends FilterWriter {

    private StandardOutput(Writer out) {
        super(out);
    }

    /** Opens standard output. It is never closed, and must be flushed at the end. */
    static PrintWriter open() {
        return to(new FileOutputStream(FileDescriptor.out));
    }

    static PrintWriter to(OutputStream out) {
        return new PrintWriter(new StandardOutput(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void orFail(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            // The text of EPIPE in every locale that the JVM knows; it has no type of its own.
            if ("Broken pipe".equals(e.getMessage())) {
                throw CommandFailure.readerGone(e);
            }
            throw CommandFailure.failed("the output cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(int character) {
        orFail(() -> super.write(character));
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        orFail(() -> super.write(characters, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) {
        orFail(() -> super.write(text, offset, length));
    }

    @Override
    public void flush() {
        orFail(super::flush);
    }
}
