package io.sexton.cli.chaos;

import io.sexton.cli.process.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Wall clocks that can be stepped, one a process, by a small library that is loaded before the C library. Production
 * code has no part in it. Needs a C compiler and Linux.
 */
final class SteppedClocks {

    private final Path directory;
    private final Path library;

    private SteppedClocks(Path directory, Path library) {
        this.directory = directory;
        this.library = library;
    }

    /** @throws IOException if there is no compiler, or it fails */
    static SteppedClocks compile(Path directory) throws IOException {
        Path source = directory.resolve("clock.c");
        Path library = directory.resolve("clock.so");
        try (InputStream code =
                Objects.requireNonNull(SteppedClocks.class.getResourceAsStream("/chaos/clock.c"), "clock.c")) {
            Files.copy(code, source);
        }
        Shell.run("cc -O2 -Wall -shared -fPIC -o " + library + " " + source);
        return new SteppedClocks(directory, library);
    }

    /** Returns these surroundings, with a clock that is right until it is stepped. */
    Surroundings surroundings(String member, Surroundings other) throws IOException {
        Path file = file(member);
        if (Files.notExists(file)) {
            set(member, Duration.ZERO);
        }
        return new Surroundings(
                other.host(),
                other.prefix(),
                other.jvmOptions(),
                Map.of("LD_PRELOAD", library.toString(), "CHAOS_CLOCK", file.toString()));
    }

    /** Sets how far the clock is ahead from now on; negative if it is behind. It stays so when the process is killed. */
    void set(String member, Duration ahead) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(ahead.toNanos())
                .flip();
        try (FileChannel file = FileChannel.open(file(member), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            // In its place: the process has this very file in its memory.
            file.write(value, 0);
        }
    }

    private Path file(String member) {
        return directory.resolve(member + ".clock");
    }
}
