package io.sexton.archive;

import io.sexton.deleter.core.CallGuard;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;

/**
 * The archive of one cluster and period while it is written: its earlier content, and one more row group for each host.
 * Its footer names the files whose rows are in it, so that a file which is delivered again is not archived again.
 *
 * <p>Written under a temporary name, synced and renamed; until then, readers find the archive as it was. For one
 * thread.
 */
final class MetricsFile implements AutoCloseable {

    /** The rows of one host, packed. Made by any thread, and in memory until it is added. */
    static final class RowGroup {
        private final ColumnChunkPageWriteStore pages;
        private final long rows;

        private RowGroup(ColumnChunkPageWriteStore pages, long rows) {
            this.pages = pages;
            this.rows = rows;
        }

        static RowGroup of(String cluster, String host, List<Series> series) throws IOException {
            try (ZstdCodec.Packing zstd = CODEC.getCompressor(CompressionCodecName.ZSTD)) {
                ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        zstd, MetricsSchema.TYPE, PROPERTIES.getAllocator(), PROPERTIES.getColumnIndexTruncateLength());
                List<Series> sorted = series.stream().sorted(Series.ORDER).toList();
                new HostPages(pages, PROPERTIES, sorted).write(cluster, host);
                return new RowGroup(
                        pages, sorted.stream().mapToLong(Series::size).sum());
            }
        }
    }

    private static final String SOURCES = "sexton.sources";
    private static final String TEMPORARY = ".tmp";
    private static final ZstdCodec CODEC = new ZstdCodec();
    private static final ParquetProperties PROPERTIES =
            ParquetProperties.builder().build();

    private final Path file;
    private final Path temporary;
    private final Set<String> sources;
    private final ParquetFileWriter writer;
    private boolean done;

    private MetricsFile(Path file, Path temporary, Set<String> sources, ParquetFileWriter writer) {
        this.file = file;
        this.temporary = temporary;
        this.sources = sources;
        this.writer = writer;
    }

    /** Returns the files whose rows are in the archive, as named to {@link #finish}; none, if there is no archive. */
    static Set<String> sourcesOf(Path file) throws IOException {
        if (!isThere(file)) {
            return Set.of();
        }
        try (ParquetFileReader reader = reader(file)) {
            return sources(reader);
        }
    }

    /**
     * Returns true if the name exists.
     *
     * @throws IOException if the file system does not know. WARNING: not absence (I5): an archive that counts as absent
     *     is replaced by one without its rows
     */
    static boolean isThere(Path file) throws IOException {
        try {
            BasicFileAttributes unused = Files.readAttributes(file, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    static ParquetFileReader reader(Path file) throws IOException {
        // Options of its own: the default ones come from Hadoop's configuration, which is not here.
        return ParquetFileReader.open(
                new LocalInputFile(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .withCodecFactory(CODEC)
                        .build());
    }

    private static Set<String> sources(ParquetFileReader reader) {
        String text = reader.getFooter().getFileMetaData().getKeyValueMetaData().getOrDefault(SOURCES, "");
        return new TreeSet<>(text.isEmpty() ? List.of() : List.of(text.split("\n", -1)));
    }

    /** Deletes temporary files that a crash has left. No other writer may be active there. */
    static void discardLeftovers(Path directory) throws IOException {
        if (!isThere(directory)) {
            return;
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, ".*" + TEMPORARY)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    /** Begins with all that the archive has. */
    static MetricsFile open(Path file) throws IOException {
        Path directory = directoryOf(file);
        make(directory);
        Path temporary = directory.resolve("." + UUID.randomUUID() + TEMPORARY);
        ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(temporary),
                MetricsSchema.TYPE,
                ParquetFileWriter.Mode.CREATE,
                Long.MAX_VALUE,
                0,
                null,
                PROPERTIES);
        Set<String> sources = new TreeSet<>();
        boolean opened = false;
        try {
            writer.start();
            if (isThere(file)) {
                try (ParquetFileReader reader = reader(file)) {
                    sources.addAll(sources(reader));
                    // As they are: nothing is unpacked.
                    reader.appendTo(writer);
                }
            }
            opened = true;
            return new MetricsFile(file, temporary, sources, writer);
        } finally {
            if (!opened) {
                writer.close();
                Files.deleteIfExists(temporary);
            }
        }
    }

    /** Returns true if it already contained these files at its beginning. */
    boolean has(Set<String> names) {
        return sources.containsAll(names);
    }

    /** Adds the rows of one host. */
    void add(RowGroup host) throws IOException {
        if (host.rows == 0) {
            return;
        }
        try (ColumnChunkPageWriteStore pages = host.pages) {
            writer.startBlock(host.rows);
            pages.flushToFileWriter(writer);
            writer.endBlock();
        }
    }

    /**
     * Publishes it as the archive. Once this returns, it survives a power failure.
     *
     * @param added names of the files whose rows were added
     * @param guard checked last: content written before is not the archive yet
     */
    void finish(Set<String> added, CallGuard guard) throws IOException {
        sources.addAll(added);
        writer.end(Map.of(SOURCES, String.join("\n", sources)));
        writer.close();
        // WARNING: in this order. Those files are deleted next: a name without its content, or content that a power
        // failure can undo, would be all that is left of them.
        sync(temporary, StandardOpenOption.WRITE);
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw new IOException("written too late: " + stop.get()
                    + "; an archive of a shorter period takes less time, as does a call of fewer files");
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        done = true;
        sync(directoryOf(file), StandardOpenOption.READ);
    }

    /** Makes an archive last that was found under its name. */
    static void sync(Path file) throws IOException {
        sync(file, StandardOpenOption.READ);
        Path directory = directoryOf(file);
        sync(directory, StandardOpenOption.READ);
        sync(directoryOf(directory), StandardOpenOption.READ);
    }

    /** Makes a directory, and not the one that it lies in. */
    private static void make(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException expected) {
            // Whether it is a directory shows when something is written there.
        }
        // An archive must not be lost with its directory in a power failure; the creator of the directory may have died
        // before its sync.
        sync(directoryOf(directory), StandardOpenOption.READ);
    }

    private static Path directoryOf(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("lies in no directory: " + path);
        }
        return directory;
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /** Forgets what was not finished. */
    @Override
    public void close() throws IOException {
        if (!done) {
            try {
                writer.close();
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
