package io.sexton.sources.rocksdb;

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
 * The manifest as a text file on a shared file system. A commit writes the file beside it, syncs it, and renames it.
 *
 * <p>Safe for use by any thread; one leader writes. It does not detect a second leader.
 */
public final class ManifestFile implements ManifestStore {

    private final Path file;

    /** @param file need not exist yet; its directory must */
    public ManifestFile(Path file) {
        this.file = file;
    }

    /** @throws IOException if it cannot be read, or has a line of an unknown kind */
    @Override
    public Manifest load() throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return Manifest.EMPTY;
        }
        long version = 0;
        long sequence = 0;
        NavigableMap<FilePath, StoredFile> files = new TreeMap<>();
        for (String line : lines) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "version" -> version = Long.parseLong(words[1]);
                case "sequence" -> sequence = Long.parseLong(words[1]);
                case "file" -> {
                    FilePath path = FilePath.of(words[1]);
                    files.put(path, new StoredFile(path, Long.parseLong(words[2]), Instant.parse(words[3])));
                }
                default -> throw new IOException(file + " has a line that is no part of a manifest: " + line);
            }
        }
        return new Manifest(version, sequence, files);
    }

    @Override
    public void commit(Manifest manifest) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append("version ").append(manifest.version()).append('\n');
        text.append("sequence ").append(manifest.sequence()).append('\n');
        for (StoredFile stored : manifest.files().values()) {
            text.append("file ").append(stored.path());
            text.append(' ').append(stored.bytes());
            text.append(' ').append(stored.modifiedAt()).append('\n');
        }
        Durable.write(file, text.toString());
    }
}
