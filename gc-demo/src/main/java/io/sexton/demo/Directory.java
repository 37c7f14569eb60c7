package io.sexton.demo;

import io.sexton.service.CommandFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a run.
 *
 * @param path absolute
 */
public record Directory(Path path) {

    /** @param wanted null: a new temporary directory */
    public static Directory prepare(@Nullable Path wanted) {
        try {
            Path made = wanted == null ? Files.createTempDirectory("sexton-demo-") : Files.createDirectories(wanted);
            return new Directory(made.toRealPath());
        } catch (IOException e) {
            throw CommandFailure.failed("no directory for the demo: " + e, e);
        }
    }

    /** Deletes it and all that is in it. */
    public void delete() {
        try {
            Files.walkFileTree(path, new Deleting());
        } catch (IOException e) {
            throw CommandFailure.failed("the demo's directory could not be deleted: " + e, e);
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}
