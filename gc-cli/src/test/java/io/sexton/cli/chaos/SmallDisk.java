package io.sexton.cli.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of some mebibytes in memory, which can be filled up. Needs root. */
final class SmallDisk implements AutoCloseable {

    private static final int MEBIBYTES = 64;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** @throws IOException if this machine does not allow it */
    static SmallDisk mount(Path directory) throws IOException {
        Files.createDirectories(directory);
        Shell.run("mount -t tmpfs -o size=" + MEBIBYTES + "m sexton-chaos " + directory);
        return new SmallDisk(directory);
    }

    /** Leaves no byte free. */
    void fill() throws IOException {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler())) {
            for (int i = 0; i <= MEBIBYTES * 256; i++) {
                out.write(page);
            }
            throw new IllegalStateException(directory + " holds more than it should");
        } catch (IOException full) {
            // As it should be.
            return;
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return directory.resolve("filler");
    }

    @Override
    public void close() throws IOException {
        Shell.run("umount -l " + directory);
    }
}
