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
     * All files in it and under it, and the bytes that each has.
     *
     * @param root links are not followed under it; where it is not there, it has no files
     * @return at least the files that are there all the while; of those that come or go meanwhile, any
     * @throws IOException if something cannot be listed for another reason than that it is gone
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
                    // Gone between its listing and the look at it.
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return found;
    }
}
