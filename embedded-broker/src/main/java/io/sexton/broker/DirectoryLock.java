package io.sexton.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to a data directory: one broker on this machine has it, until it is closed or its process ends, however that
 * ends.
 *
 * <p>Kafka's own lock does not do: a broker takes it after its controller has opened the log of the cluster's metadata,
 * has written to it, and has cut it off where it took the end to be. The one that runs dies of it at its next write.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "sexton.lock";

    /**
     * What this process holds. Its own second attempt must end here, without opening the file: on Linux, closing any
     * channel to a file gives up all locks that the process has on it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the directory, which is made where it is not there.
     *
     * @throws IllegalStateException if another broker has it, or it cannot be made or written; the message is one line
     */
    static DirectoryLock take(Path directory) {
        try {
            Files.createDirectories(directory);
            Path real = directory.toRealPath();
            synchronized (HELD) {
                FileChannel locked = HELD.contains(real) ? null : open(real.resolve(FILE));
                if (locked == null) {
                    throw new IllegalStateException(directory + " is used by another broker process");
                }
                HELD.add(real);
                return new DirectoryLock(real, locked);
            }
        } catch (FileAlreadyExistsException e) {
            throw new IllegalStateException(e.getFile() + " is not a directory", e);
        } catch (IOException e) {
            throw new IllegalStateException("the broker cannot use the directory " + directory + ": " + e, e);
        }
    }

    /** Null: another process has it. */
    private static @Nullable FileChannel open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock();
            locked = lock != null;
        } catch (OverlappingFileLockException e) {
            // This class, loaded a second time in this process, has it.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? channel : null;
    }

    /** @throws IllegalStateException after {@link #close} */
    void requireHeld() {
        if (!channel.isOpen()) {
            throw new IllegalStateException(directory + " was given up");
        }
    }

    /** Gives it up. The file stays: another process may have opened it already, and would lock one that is gone. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (channel.isOpen()) {
                HELD.remove(directory);
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new IllegalStateException("the lock of " + directory + " cannot be given up", e);
                }
            }
        }
    }
}
