package io.sexton.demo.database;

import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The manifest as a file on shared storage. Replacing it is the commit.
 *
 * <p>The leader alone writes it; any number of readers read it meanwhile.
 */
final class ManifestFile {

    private final Path file;

    ManifestFile(Path file) {
        this.file = file;
    }

    /** Returns the committed manifest; an empty one of version 0 if there is none. */
    Manifest load() throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return Manifest.EMPTY;
        }
        long version = 0;
        long operations = 0;
        NavigableMap<FilePath, StoredFile> files = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "version" -> version = Long.parseLong(words[1]);
                case "operations" -> operations = Long.parseLong(words[1]);
                case "file" -> {
                    FilePath path = FilePath.of(words[1]);
                    files.put(path, new StoredFile(path, Long.parseLong(words[2]), Instant.parse(words[3])));
                }
                default -> throw new IOException(file + " has a line that is no part of a manifest: " + line);
            }
        }
        return new Manifest(version, operations, files);
    }

    /** Commits. After a return without an exception, the manifest is this one for all readers, even after a crash. */
    void commit(Manifest manifest) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append("version ").append(manifest.version()).append('\n');
        text.append("operations ").append(manifest.operations()).append('\n');
        for (StoredFile stored : manifest.files().values()) {
            text.append("file ").append(stored.path());
            text.append(' ').append(stored.bytes());
            text.append(' ').append(stored.modifiedAt()).append('\n');
        }
        Durable.write(file, text.toString());
    }
}
