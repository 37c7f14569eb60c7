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
 * An exclusive lock of a data directory. One broker on this machine holds it until it is closed or its process ends in
 * any way.
 *
 * <p>Kafka's own lock is not sufficient. A broker acquires it after its controller has opened the log of the cluster's
 * metadata, written to it and truncated it at the end that it found. A running broker fails at its next write then.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "sexton.lock";

    /**
     * Directories that this process has locked. A second attempt of the process must fail before it opens the file: on
     * Linux, closing any channel to a file releases all locks that the process has on it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Locks the directory, which is created if it does not exist.
     *
     * @throws IllegalStateException if another broker has locked it, or it cannot be created or written; the message is
     *     one line
     */
    static DirectoryLock acquire(Path directory) {
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

    /** Opens and locks the file. Returns null if another process has locked it. */
    private static @Nullable FileChannel open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock();
            locked = lock != null;
        } catch (OverlappingFileLockException e) {
            // Locked by this process, through another class loader's copy of this class.
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? channel : null;
    }

    /**
     * Checks that the directory is still locked.
     *
     * @throws IllegalStateException after {@link #close}
     */
    void requireHeld() {
        if (!channel.isOpen()) {
            throw new IllegalStateException(directory + " is no longer locked: the broker was closed");
        }
    }

    /**
     * Releases the lock. The file is not deleted, because another process that has opened it would lock a deleted file.
     */
    @Override
    public void close() {
        synchronized (HELD) {
            if (channel.isOpen()) {
                HELD.remove(directory);
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new IllegalStateException("cannot release the lock of " + directory, e);
                }
            }
        }
    }
}
