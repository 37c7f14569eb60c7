package io.sexton.bench;

import io.sexton.broker.EmbeddedBroker;
import io.sexton.proto.Times;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionOpened;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The cost of tracked files (I9): gc-streams with 10,000, 1 million and 10 million files in its state, in regions of a
 * thousand files each. For each size: events a second, the cost of a tick with nothing due, the cost of condemning
 * 10,000 files from all over the state (the median of several times), disk per file, resident memory.
 *
 * <p>Arguments: sizes (10000 1000000 10000000).
 */
public final class ScaleBenchmark {
    private static final int FILES_OF_A_REGION = 1_000;
    private static final int FILES_OF_AN_EDIT = 100;
    private static final int MIXED_EVENTS = 100_000;
    /** Far behind those that rounds add. */
    private static final int FIRST_MIXED_FILE = 1_000_000;

    private static final int IDLE_TICKS = 2_000;
    /** In a round; its files fall due with one tick. */
    private static final int CONDEMNED = 10_000;

    /** The number of condemnations; a tick of half a second alone measures the machine as much as the fold. */
    private static final int ROUNDS = 7;

    /** Shorter than the linger: the pin on removed files has ended when they are due. */
    private static final Duration PIN = Duration.ofSeconds(2);

    private static final Duration LINGER = Duration.ofSeconds(10);

    private final EventLog log;
    private final StreamsProcess streams;
    private final String table;
    private final int regions;
    private final long[] versions;
    private final SplittableRandom random = new SplittableRandom(42);

    /** One size's figures; costs are of the thread that folds. */
    private record Result(
            int files,
            double loaded,
            double mixed,
            Duration tick,
            List<Condemnation> condemnations,
            long residentBytes,
            double diskPerFile) {

        /** Returns the time of one file, in the median round. */
        Duration condemnation() {
            return condemnations.get(condemnations.size() / 2).busy.dividedBy(CONDEMNED);
        }
    }

    /** The time that one round took of the thread that folds. */
    private record Condemnation(Duration busy, long records) {}

    private ScaleBenchmark(EventLog log, StreamsProcess streams, String table, int files) {
        this.log = log;
        this.streams = streams;
        this.table = table;
        regions = files / FILES_OF_A_REGION;
        versions = new long[regions];
    }

    public static void main(String[] args) throws Exception {
        List<Integer> sizes = args.length == 0
                ? List.of(10_000, 1_000_000, 10_000_000)
                : Arrays.stream(args).map(Integer::valueOf).toList();
        List<Result> results = new ArrayList<>();
        for (int size : sizes) {
            results.add(measure(size));
            print(results.get(results.size() - 1));
        }
        Result smallest = results.get(0);
        Result largest = results.get(results.size() - 1);
        System.out.printf(
                "%,d files to %,d: a tick costs %.2f times as much, a condemned file %.2f times%n",
                largest.files,
                smallest.files,
                ratio(largest.tick, smallest.tick),
                ratio(largest.condemnation(), smallest.condemnation()));
    }

    private static double ratio(Duration a, Duration b) {
        return (double) a.toNanos() / b.toNanos();
    }

    private static void print(Result result) {
        Condemnation fastest = result.condemnations.get(0);
        Condemnation slowest = result.condemnations.get(result.condemnations.size() - 1);
        System.out.printf(
                "%,d files: %,.0f files/s loaded, %,.0f mixed events/s, tick with nothing due %.1f µs, condemned file"
                        + " %.1f µs (%,d in %.2f to %.2f s and %d records), disk %.0f bytes a file,"
                        + " resident %,d MiB%n",
                result.files,
                result.loaded,
                result.mixed,
                result.tick.toNanos() / 1e3,
                result.condemnation().toNanos() / 1e3,
                CONDEMNED,
                fastest.busy.toNanos() / 1e9,
                slowest.busy.toNanos() / 1e9,
                slowest.records,
                result.diskPerFile,
                result.residentBytes >> 20);
    }

    private static Result measure(int files) throws Exception {
        Path state = Files.createTempDirectory("sexton-scale");
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                EventLog log = new EventLog(broker.bootstrapServers(), StreamsProcess.APPLICATION)) {
            Result result;
            try (StreamsProcess streams = StreamsProcess.start(broker.bootstrapServers(), state)) {
                result = new ScaleBenchmark(log, streams, "table-7", files).run(files);
            }
            return new Result(
                    files,
                    result.loaded,
                    result.mixed,
                    result.tick,
                    result.condemnations,
                    result.residentBytes,
                    (double) Directories.size(state) / files);
        } finally {
            Directories.delete(state);
        }
    }

    private Result run(int files) throws Exception {
        log.add(RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setPolicy(Policy.newBuilder()
                                .setObsoleteLinger(Times.toProto(LINGER))
                                .setApprovalFloor(Integer.MAX_VALUE))));
        warmUp();
        double loaded = load(files);
        double mixed = mixedEvents();
        Duration tick = idleTicks();
        List<Condemnation> condemnations = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            condemnations.add(condemn(round));
        }
        condemnations.sort(Comparator.comparing(Condemnation::busy));
        return new Result(
                files, loaded, mixed, tick, condemnations, streams.read().residentBytes(), 0);
    }

    /** Does the same work on regions of its own, so that each size begins with the same code compiled. */
    private void warmUp() throws Exception {
        ScaleBenchmark other = new ScaleBenchmark(log, streams, "warm-up", CONDEMNED);
        other.load(CONDEMNED);
        other.mixedEvents();
        other.idleTicks();
        other.condemn(0);
    }

    private double load(int files) throws Exception {
        long begin = System.nanoTime();
        for (int region = 0; region < regions; region++) {
            log.add(leader(region)
                    .setRegionOpened(RegionOpened.newBuilder().setStore("main").setRoot(name(region))));
        }
        for (int first = 0; first < FILES_OF_A_REGION; first += FILES_OF_AN_EDIT) {
            for (int region = 0; region < regions; region++) {
                ManifestEdit.Builder edit = nextEdit(region);
                for (int file = first; file < first + FILES_OF_AN_EDIT; file++) {
                    edit.addAdded(FileRef.newBuilder().setPath(path(file)).setSizeBytes(64 << 20));
                }
                log.add(leader(region).setManifestEdit(edit));
            }
        }
        log.awaitApplied();
        return files / seconds(begin);
    }

    /** Returns the cost of a tick with nothing due, from the first to the last of many. */
    private Duration idleTicks() throws Exception {
        streams.awaitQuiet();
        StreamsProcess.Reading before = streams.read();
        for (int i = 0; i < IDLE_TICKS; i++) {
            log.addTick(Duration.ofMillis(i));
        }
        log.awaitApplied();
        StreamsProcess.Reading after = streams.read();
        return after.busySince(before).dividedBy(after.records() - before.records());
    }

    /** Flushes that add a file, and readers that pin and finish, all over the state. */
    private double mixedEvents() throws Exception {
        long begin = System.nanoTime();
        for (int i = 0; i < MIXED_EVENTS; i++) {
            int region = random.nextInt(regions);
            if (i % 5 == 0) {
                log.add(RegionEvent.newBuilder()
                        .setRegion(name(region))
                        .setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId("query-" + random.nextInt(1_000))
                                .setTtl(Times.toProto(PIN))
                                .setAtVersion(versions[region])));
            } else {
                ManifestEdit.Builder edit = nextEdit(region);
                edit.addAdded(
                        FileRef.newBuilder().setPath(path(FIRST_MIXED_FILE + i)).setSizeBytes(64 << 20));
                log.add(leader(region).setManifestEdit(edit));
            }
        }
        log.awaitApplied();
        return MIXED_EVENTS / seconds(begin);
    }

    /**
     * Replaces files from all over the state by as many others, and waits for their commands.
     *
     * @param round from 0 on; the oldest files go first
     */
    private Condemnation condemn(int round) throws Exception {
        long condemnedBefore = streams.read().condemned();
        int ofARegion = Math.max(1, CONDEMNED / regions);
        for (int i = 0; i < CONDEMNED; i++) {
            int region = (int) ((long) i * regions / CONDEMNED);
            int file = round * ofARegion + i % ofARegion;
            ManifestEdit.Builder edit = nextEdit(region).addRemoved(path(file));
            edit.addAdded(
                    FileRef.newBuilder().setPath(path(FILES_OF_A_REGION + file)).setSizeBytes(64 << 20));
            log.add(leader(region).setManifestEdit(edit));
        }
        log.awaitApplied();
        StreamsProcess.Reading before = streams.read();
        if (before.condemned() > condemnedBefore) {
            throw new IllegalStateException("files were condemned before all were removed: take a longer linger");
        }
        StreamsProcess.Reading idle = before;
        while (idle.condemned() == condemnedBefore) {
            before = idle;
            Thread.sleep(5);
            idle = streams.read();
        }
        StreamsProcess.Reading after = idle;
        while (after.condemned() < condemnedBefore + CONDEMNED) {
            Thread.sleep(5);
            after = streams.read();
        }
        after = streams.awaitQuiet(); // the record that emitted the last of them has been timed
        return new Condemnation(after.busySince(before), after.records() - before.records());
    }

    private ManifestEdit.Builder nextEdit(int region) {
        long version = ++versions[region];
        return ManifestEdit.newBuilder().setBaseVersion(version - 1).setVersion(version);
    }

    private RegionEvent.Builder leader(int region) {
        return RegionEvent.newBuilder().setRegion(name(region)).setEpoch(1);
    }

    private String name(int region) {
        return table + "/region-" + region;
    }

    /** Returns a path of 40 bytes, in the order of a hash, as is common in object stores. */
    static String path(int file) {
        long hash = new SplittableRandom(file).nextLong();
        return "data/%016x%015d.sst".formatted(hash, file);
    }

    private static double seconds(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1e9;
    }
}
