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

    /** The root of a region, made if it is not there. */
    public static RegionStore at(Path root) throws IOException {
        Files.createDirectories(root);
        return new RegionStore(root);
    }

    /** Where the region's files lie. */
    public Path root() {
        return root;
    }

    /** Where this file lies, or would lie. */
    public Path resolve(FilePath path) {
        return root.resolve(path.value());
    }

    /** How the store describes a file that is there. */
    public StoredFile stat(FilePath path) throws IOException {
        Path file = resolve(path);
        return new StoredFile(
                path, Files.size(file), Files.getLastModifiedTime(file).toInstant());
    }

    /** All files that are there. */
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
