package io.sexton.demo.metrics;

import io.sexton.demo.FileTree;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Hosts that write a checkpoint file each at intervals, in the directory of the host. They do not use Sexton; there is
 * no client here and no event.
 *
 * <p>Used by one thread at a time.
 */
public final class MetricsCluster {

    /** The region of the files. */
    public static final RegionId ID = RegionId.of("cluster-1");

    /** The number of checkpoints of each host. */
    public static final int ROUNDS = 9;

    private static final int HOSTS = 4;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration COVERED = Duration.ofMinutes(20);
    private static final Duration FREQUENCY = Duration.ofSeconds(10);
    /** One value in this many is missing. */
    private static final int MISSING = 50;

    private final Path root;
    private final Path unfinished;
    private final Random random;
    private final List<Value> written = new ArrayList<>();
    private int files;

    /** One value that a host has measured. */
    public record Value(String host, String metric, String scope, Instant at, double value) {}

    private MetricsCluster(Path root, Path unfinished, long seed) {
        this.root = root;
        this.unfinished = unfinished;
        this.random = new Random(seed);
    }

    /**
     * Creates the cluster's directories.
     *
     * @param store the directory of the store
     * @param unfinished directory of incomplete files, on the same file system and not in the store
     */
    public static MetricsCluster create(Path store, Path unfinished, long seed) throws IOException {
        return new MetricsCluster(
                Files.createDirectories(store.resolve(ID.value())), Files.createDirectories(unfinished), seed);
    }

    /** Returns the root of its files. */
    public Path root() {
        return root;
    }

    /** Writes the next checkpoint of each host. */
    public void write(int round) throws IOException {
        Instant from = BEGIN.plus(COVERED.multipliedBy(round));
        for (int i = 1; i <= HOSTS; i++) {
            String host = "host-" + i;
            Path part = Files.writeString(unfinished.resolve(host), checkpoint(host, from));
            Path directory = Files.createDirectories(root.resolve(host));
            Files.move(part, directory.resolve("round-" + round + ".json"), StandardCopyOption.ATOMIC_MOVE);
            files++;
        }
    }

    private String checkpoint(String host, Instant from) {
        return """
                {"from": "%s", "to": "%s",
                 "metrics": {"cpu": %s},
                 "children": {"disk-0": {"metrics": {"reads": %s}}, "disk-1": {"metrics": {"reads": %s}}}}
                """.formatted(
                        from,
                        from.plus(COVERED),
                        series(host, "cpu", "", from),
                        series(host, "reads", "disk-0", from),
                        series(host, "reads", "disk-1", from));
    }

    private String series(String host, String metric, String scope, Instant from) {
        List<String> data = new ArrayList<>();
        for (Instant at = from; at.isBefore(from.plus(COVERED)); at = at.plus(FREQUENCY)) {
            if (random.nextInt(MISSING) == 0) {
                data.add("null");
            } else {
                double value = random.nextGaussian() * 1000;
                data.add(Double.toString(value));
                written.add(new Value(host, metric, scope, at, value));
            }
        }
        return "{\"frequency\": \"%s\", \"start\": \"%s\", \"data\": [%s]}"
                .formatted(FREQUENCY, from, String.join(",", data));
    }

    /** Returns the number of written files. */
    public int files() {
        return files;
    }

    /** Returns all values that the hosts have measured. */
    public List<Value> written() {
        return List.copyOf(written);
    }

    /** Returns the files that exist now. */
    public List<Path> left() throws IOException {
        return List.copyOf(FileTree.files(root).keySet());
    }
}
