package io.sexton.cli.process;

import io.sexton.client.CompactionScope;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One region of a database that compacts all the time; now and then a compaction fails. Used by one thread at a time. */
final class FileDatabase implements AutoCloseable {
    private static final Duration COMPACTION_TIMEOUT = Duration.ofMinutes(10);

    private final RegionId region;
    private final Path root;
    private final RegionWriter writer;
    private final Random random;
    private final List<String> live = new ArrayList<>();
    private long version;
    private int made;

    private FileDatabase(RegionId region, Path root, RegionWriter writer, long seed) {
        this.region = region;
        this.root = root;
        this.writer = writer;
        this.random = new Random(seed);
    }

    static FileDatabase open(SextonClient client, String store, Path directory, String region, long seed)
            throws InterruptedException, IOException {
        RegionId id = RegionId.of(region);
        RegionWriter writer = client.publisher().openRegion(id, 1, RegionSettings.of(store, region), 0);
        return new FileDatabase(id, Files.createDirectories(directory.resolve(region)), writer, seed);
    }

    /** Replaces some of its files by others, or fails to. */
    void compact() throws Exception {
        requireNothingLiveIsMissing();
        List<FilePath> outputs = Stream.generate(() -> FilePath.of(++made + ".sst"))
                .limit(1 + random.nextInt(3))
                .toList();
        try (CompactionScope compaction = writer.startCompaction("c" + made, outputs, COMPACTION_TIMEOUT)) {
            for (FilePath output : outputs) {
                Files.writeString(root.resolve(output.value()), region + " " + output);
            }
            if (random.nextInt(4) == 0) {
                compaction.fail(outputs, "aborted by the test");
                return;
            }
            List<String> inputs = List.copyOf(live.subList(0, Math.max(0, live.size() - 3)));
            ManifestEdit.Builder edit = ManifestEdit.newBuilder()
                    .setBaseVersion(version)
                    .setVersion(++version)
                    .addAllRemoved(inputs);
            outputs.forEach(output -> edit.addAdded(FileRef.newBuilder().setPath(output.value())));
            live.removeAll(inputs);
            outputs.forEach(output -> live.add(output.value()));
            compaction.complete(edit.build());
        }
    }

    private void requireNothingLiveIsMissing() {
        Set<String> missing = new TreeSet<>(live);
        missing.removeAll(stored());
        if (!missing.isEmpty()) {
            throw new AssertionError("live files of " + region + " are gone: " + missing);
        }
    }

    /** Returns true if the store has exactly the live files. Fails if it has less. */
    boolean isClean() {
        requireNothingLiveIsMissing();
        return stored().equals(Set.copyOf(live));
    }

    /** Returns the number of files ever made. */
    int made() {
        return made;
    }

    private Set<String> stored() {
        try (Stream<Path> files = Files.list(root)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
