package io.sexton.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SortedMap;
import java.util.TreeMap;

/** A directory from which others delete while it is listed, which {@link Files#walk} fails over. */
public final class FileTree {

    private FileTree() {}

    /**
     * Returns all files at and under a path, with their sizes.
     *
     * @param root links under it are not followed; if it does not exist, it has no files
     * @return at least the files that exist throughout the listing; files created or deleted meanwhile may be in it or
     *     not
     * @throws IOException if a directory cannot be listed for another reason than its absence
     */
    public static SortedMap<Path, Long> files(Path root) throws IOException {
        SortedMap<Path, Long> found = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    found.put(file, attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    // Deleted between its listing and the read of its attributes.
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return found;
    }
}
