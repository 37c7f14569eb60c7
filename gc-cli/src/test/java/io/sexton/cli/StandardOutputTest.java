package io.sexton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.service.ExitCode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands whose standard output accepts no more. */
final class StandardOutputTest {
    /**
     * Lines that each become one dead letter of output: more than a buffer holds, and too few for a line of progress.
     */
    private static final List<String> LOG = IntStream.range(0, 200)
            .mapToObj(i -> "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"key\":\"r1\",\"valueBase64\":\"/w==\"}")
            .toList();

    @TempDir
    private Path dir;

    private final StringWriter err = new StringWriter();
    private String log = "";

    @BeforeEach
    void writeLog() throws IOException {
        log = Files.write(dir.resolve("log"), LOG).toString();
    }

    @Test
    void endsWithoutAMessageWhenTheReaderIsGone() throws IOException {
        for (String[] args : List.of(
                new String[] {"replay", "--input", log},
                new String[] {"replay", "--input", log, "--summary"},
                new String[] {"--help"})) {
            err.getBuffer().setLength(0);
            Pipe pipe = Pipe.open();
            pipe.source().close();
            try (OutputStream out = Channels.newOutputStream(pipe.sink())) {
                assertThat(run(out, args)).isEqualTo(ExitCode.READER_GONE);
            }
            assertThat(err.toString()).isEmpty();
        }
    }

    @Test
    void reportsAFullDiskInOneLine() throws IOException {
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            assertThat(run(full, "replay", "--input", log)).isEqualTo(ExitCode.FAILED);
        }
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("sexton replay: the output cannot be written: No space left on device");
    }

    private int run(OutputStream out, String... args) {
        CommandLine command =
                SextonMain.commandLine().setOut(StandardOutput.to(out)).setErr(new PrintWriter(err, true));
        return SextonMain.run(command, args);
    }
}
