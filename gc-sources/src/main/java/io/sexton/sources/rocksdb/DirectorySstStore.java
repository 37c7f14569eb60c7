package io.sexton.sources.rocksdb;

import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A region's root as a directory of a shared file system. Files are written once and never changed.
 *
 * <p>Safe for use by any thread.
 */
public final class DirectorySstStore implements SstStore {

    private final Path root;

    private DirectorySstStore(Path root) {
        this.root = root;
    }

    /** Returns the root of a region, created if it does not exist. */
    public static DirectorySstStore at(Path root) throws IOException {
        Files.createDirectories(root);
        return new DirectorySstStore(root);
    }

    /** Returns the directory of the region's files. */
    public Path root() {
        return root;
    }

    /** Returns the path of this file, whether it exists or not. */
    public Path resolve(FilePath path) {
        return root.resolve(path.value());
    }

    @Override
    public StoredFile put(Path source, FilePath path) throws IOException {
        Path target = resolve(path);
        try (FileChannel in = FileChannel.open(source);
                FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            long copied = 0;
            long size = in.size();
            while (copied < size) {
                copied += in.transferTo(copied, size - copied, out);
            }
            out.force(true);
        }
        Durable.names(root);
        return new StoredFile(
                path, Files.size(target), Files.getLastModifiedTime(target).toInstant());
    }
}
