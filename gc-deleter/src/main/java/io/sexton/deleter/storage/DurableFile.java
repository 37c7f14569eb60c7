package io.sexton.deleter.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/** A file that is written completely and durably, or not at all: temporary name, sync, rename, sync. */
final class DurableFile {

    private static final int BUFFER = 1 << 16;

    private DurableFile() {}

    /**
     * Writes the file.
     *
     * @throws StorageProblemException if the file system did not accept it; a temporary file may be left only by a
     *     crash
     * @throws IOException if the content cannot be read, or has another length
     */
    static void write(Directory directory, Path name, long sizeBytes, InputStream content)
            throws StorageProblemException, IOException {
        // Begins with a dot, where no region's files are looked for, and is of this attempt alone.
        Path temporary = Directory.name("." + UUID.randomUUID() + ".tmp");
        boolean named = false;
        try {
            fill(directory, temporary, sizeBytes, content);
            try {
                directory.rename(temporary, directory, name);
                named = true;
                directory.sync();
            } catch (IOException e) {
                throw StorageProblemException.unknown("cannot name the written file", e);
            }
        } finally {
            if (!named) {
                discard(directory, temporary);
            }
        }
    }

    /**
     * Writes the file unless the name exists: completely, once, and never replaced.
     *
     * @return true if this call created it
     * @throws StorageProblemException if the file system did not accept it
     */
    static boolean create(Directory directory, Path name, byte[] content) throws StorageProblemException {
        Path temporary = Directory.name("." + UUID.randomUUID() + ".tmp");
        try {
            fill(directory, temporary, content.length, new ByteArrayInputStream(content));
            // WARNING: a link, not a rename, which would replace what another has written meanwhile (I1).
            directory.link(temporary, name);
            directory.sync();
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            throw StorageProblemException.unknown("the file system has no hard links");
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot create '" + name + "'", e);
        } finally {
            discard(directory, temporary);
        }
    }

    private static void fill(Directory directory, Path temporary, long sizeBytes, InputStream content)
            throws StorageProblemException, IOException {
        try (SeekableByteChannel channel = created(directory, temporary)) {
            byte[] buffer = new byte[BUFFER];
            long written = 0;
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                try {
                    while (bytes.hasRemaining()) {
                        written += channel.write(bytes);
                    }
                } catch (IOException e) {
                    throw StorageProblemException.unknown("cannot write", e);
                }
            }
            if (written != sizeBytes) {
                throw new IOException("the content has " + written + " bytes, not " + sizeBytes);
            }
            // WARNING: the originals of archived files are deleted: a file that a power failure can undo is not
            // durable.
            if (channel instanceof FileChannel file) {
                file.force(true);
            } else {
                throw StorageProblemException.unknown("the file system cannot sync a file");
            }
        }
    }

    private static SeekableByteChannel created(Directory directory, Path name) throws StorageProblemException {
        try {
            return directory.create(name);
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot create a file", e);
        }
    }

    private static void discard(Directory directory, Path temporary) {
        try {
            directory.unlink(temporary);
        } catch (NoSuchFileException expected) {
            // It was never made.
        } catch (IOException left) {
            // It stays under its temporary name, which nothing reads; the exception has the failure that led here.
        }
    }
}
