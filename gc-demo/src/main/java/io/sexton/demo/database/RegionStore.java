package io.sexton.demo.database;

import io.sexton.demo.FileTree;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One region's root in the shared store: here a directory, elsewhere a bucket and a prefix. Files are written once and
 * never changed. Only gc-deleter deletes here; the database has no code for it.
 *
 * <p>Safe for use by any thread.
 */
public final class RegionStore {

    private final Path root;

    private RegionStore(Path root) {
        this.root = root;
    }

    /** Returns the root of a region, created if it does not exist. */
    public static RegionStore at(Path root) throws IOException {
        Files.createDirectories(root);
        return new RegionStore(root);
    }

    /** Returns the directory of the region's files. */
    public Path root() {
        return root;
    }

    /** Returns the path of this file, whether it exists or not. */
    public Path resolve(FilePath path) {
        return root.resolve(path.value());
    }

    /** Returns the store's description of an existing file. */
    public StoredFile stat(FilePath path) throws IOException {
        Path file = resolve(path);
        return new StoredFile(
                path, Files.size(file), Files.getLastModifiedTime(file).toInstant());
    }

    /** Returns all existing files. */
    public NavigableSet<FilePath> list() throws IOException {
        return FileTree.files(root).keySet().stream()
                .map(file -> FilePath.of(root.relativize(file).toString()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Copies a file into the store and returns when it is durable.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken: no name is used twice
     */
    StoredFile put(Path source, FilePath path) throws IOException {
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
        return stat(path);
    }
}
