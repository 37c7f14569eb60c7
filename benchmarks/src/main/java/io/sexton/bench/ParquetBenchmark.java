package io.sexton.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.sun.management.OperatingSystemMXBean;
import io.sexton.archive.ParquetArchiver;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.Archiver.Candidate;
import io.sexton.deleter.storage.ArchiverProvider;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;

/**
 * The archive of one period's metric checkpoints as a Parquet file. Measures its time against the time to only read and
 * parse the same files with as many threads; and its memory, for a tenth of the hosts and for all of them.
 *
 * <p>Arguments: hosts (200), repetitions (5).
 */
public final class ParquetBenchmark {
    private static final int FILES_OF_A_HOST = 5;
    private static final int METRICS = 30;
    private static final int VALUES = 120;
    private static final int READERS = 4;
    private static final String MARKER = ".marker";
    private static final int TENTH = 10;
    private static final Duration PERIOD = Duration.ofDays(1);
    private static final Instant DAY = Instant.parse("2026-01-01T00:00:00Z");
    private static final RegionRoot CLUSTER = new RegionRoot(RegionId.of("cluster"), "cluster");
    private static final CallGuard FREE = length -> Optional.empty();

    private final Path directory;
    private final ObjectStore objects;
    private int archives;

    private ParquetBenchmark(Path directory) {
        this.directory = directory;
        this.objects = new LocalObjectStore(new LocalStoreSettings(directory, null));
    }

    public static void main(String[] args) throws Exception {
        int hosts = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int repetitions = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path directory = Files.createTempDirectory("sexton-parquet").toRealPath();
        try {
            new ParquetBenchmark(directory).run(hosts, repetitions);
        } finally {
            Directories.delete(directory);
        }
    }

    private void run(int hosts, int repetitions) throws Exception {
        List<Candidate> all = write(hosts);
        long bytes = all.stream().mapToLong(file -> file.facts().sizeBytes()).sum();
        System.out.printf("%,d hosts, %,d files, %.0f MB of JSON%n", hosts, all.size(), bytes / 1e6);
        parse(all);
        archive(all);
        List<Double> times = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            Cost parsed = cost(() -> parse(all));
            Cost archived = cost(() -> archive(all));
            times.add(archived.seconds() / parsed.seconds());
            cpu.add(archived.cpuSeconds() / parsed.cpuSeconds());
            System.out.printf(
                    "parsed in %.2f s (%.2f s of CPU), archived in %.2f s (%.2f s of CPU)%n",
                    parsed.seconds(), parsed.cpuSeconds(), archived.seconds(), archived.cpuSeconds());
        }
        System.out.printf("medians: archived in %.2f times the time, %.2f times the CPU%n", median(times), median(cpu));
        // As long for few hosts as for many, so that it is looked at as often.
        double few = peak(all.subList(0, all.size() / TENTH), TENTH);
        double many = peak(all, 1);
        System.out.printf(
                "most memory in use: %.1f MiB for %,d hosts, %.1f MiB for %,d: %.2f times as much%n",
                few, hosts / TENTH, many, hosts, many / few);
    }

    private interface Work {
        void run() throws Exception;
    }

    /**
     * The cost of a run.
     *
     * @param cpuSeconds of all threads, the garbage collector's too: hardly affected by other processes
     */
    private record Cost(double seconds, double cpuSeconds) {}

    private static Cost cost(Work work) throws Exception {
        System.gc();
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        work.run();
        return new Cost((System.nanoTime() - begin) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private List<Candidate> write(int hosts) throws IOException {
        Random random = new Random(1);
        List<Candidate> files = new ArrayList<>();
        for (int host = 0; host < hosts; host++) {
            String name = "host-%05d".formatted(host);
            Files.createDirectories(directory.resolve(CLUSTER.root()).resolve(name));
            for (int i = 0; i < FILES_OF_A_HOST; i++) {
                FilePath path = FilePath.of(name + "/" + i + ".json");
                ObjectKey key = ObjectKey.of(CLUSTER.root() + "/" + path);
                Files.writeString(directory.resolve(key.value()), checkpoint(DAY.plusSeconds(3600L * i), random));
                if (objects.stat(key) instanceof Lookup.Found found) {
                    files.add(new Candidate(path, key, found.facts()));
                }
            }
        }
        return files;
    }

    private static String checkpoint(Instant from, Random random) {
        StringBuilder metrics = new StringBuilder();
        for (int metric = 0; metric < METRICS; metric++) {
            metrics.append(metric == 0 ? "" : ",").append("\"metric-").append(metric);
            metrics.append("\":{\"frequency\":10000,\"start\":")
                    .append(from.toEpochMilli())
                    .append(",\"data\":[");
            double[] data = DoubleStream.generate(() -> Math.round(random.nextGaussian() * 1e6) / 1e3)
                    .limit(VALUES)
                    .toArray();
            for (int i = 0; i < data.length; i++) {
                metrics.append(i == 0 ? "" : ",").append(data[i]);
            }
            metrics.append("]}");
        }
        return "{\"from\":\"" + from + "\",\"metrics\":{" + metrics + "}}";
    }

    /** Reads every number of every file, and does nothing with it. */
    private void parse(List<Candidate> files) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        JsonFactory json = JsonFactory.builder()
                .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                .build();
        List<Future<Double>> sums = new ArrayList<>();
        for (Candidate file : files) {
            sums.add(threads.submit(() -> sum(file, json)));
        }
        for (Future<Double> sum : sums) {
            if (Double.isNaN(sum.get())) {
                throw new IllegalStateException("a file has something that is no number");
            }
        }
        threads.shutdown();
    }

    private double sum(Candidate file, JsonFactory json) throws Exception {
        double sum = 0;
        try (InputStream in = objects.read(file.key());
                JsonParser parser = json.createParser(in)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isNumeric()) {
                    sum += parser.getDoubleValue();
                }
            }
        }
        return sum;
    }

    private void archive(List<Candidate> files) throws IOException {
        Path archive = Files.createDirectory(directory.resolve("archive-" + archives++));
        Files.createFile(archive.resolve(MARKER));
        ParquetArchiver archiver = new ParquetArchiver(new ArchiverProvider.Settings(archive, PERIOD, READERS, MARKER));
        List<Archiver.Archived> answers =
                archiver.archive(objects, CLUSTER, files, new Treatment.CommandName("0-0-0", DAY), FREE);
        if (!answers.stream().allMatch(answer -> answer instanceof Archiver.Archived.Kept)) {
            throw new IllegalStateException("not all was archived: " + answers);
        }
        if (archives == 1) {
            System.out.printf("they become %.0f MB of Parquet%n", Directories.size(archive) / 1e6);
        }
        Directories.delete(archive);
    }

    /** Returns the maximum heap after full collections during the archiving, in MiB: later allocations do not count. */
    private double peak(List<Candidate> files, int times) throws Exception {
        AtomicLong most = new AtomicLong();
        Thread sampler = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                System.gc();
                most.accumulateAndGet(leftByTheLastCollection(), Math::max);
            }
        });
        for (int i = 0; i < times; i++) {
            archive(files);
        }
        sampler.interrupt();
        sampler.join();
        return most.get() / 1048576.0;
    }

    private static long leftByTheLastCollection() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
    }
}
