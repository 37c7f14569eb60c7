package io.sexton.cli.design;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One text file of the repository.
 *
 * @param name the path from the root of the repository, with '/'
 */
record SourceText(String name, String text) {
    private static final Set<String> KINDS = Set.of("java", "proto", "md", "yaml");

    /** Returns the line of an index into the text, from 1 on. */
    int lineOf(int index) {
        return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }

    /** Returns the root of the repository. Tests run in the directory of a module or in that of the whole. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.of(here, here.getParent())
                .filter(base -> Files.exists(base.resolve("docs/design.md")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no docs/design.md in or above " + here));
    }

    static SourceText read(String name) {
        try {
            return new SourceText(name, Files.readString(root().resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all sources, schema files and documents of the repository; nothing that a build has made. */
    static List<SourceText> all() {
        Path root = root();
        List<SourceText> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    String name = String.valueOf(directory.getFileName());
                    boolean skipped = !directory.equals(root) && (name.startsWith(".") || name.equals("target"));
                    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String name = root.relativize(file).toString().replace('\\', '/');
                    if (KINDS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                        found.add(new SourceText(name, Files.readString(file)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
