package io.sexton.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.fold.core.Fold;
import io.sexton.fold.core.Output;
import io.sexton.fold.topology.ClockLag;
import io.sexton.fold.topology.FoldListener;
import io.sexton.proto.Namespace;
import io.sexton.proto.Topics;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.topology.ConfiguredPolicies;
import io.sexton.streams.topology.EventsTopology;
import io.sexton.v1.GcCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * gc-streams in a process of its own, with the service's default memory, so that its usage can be separated from the
 * broker's. It answers each line of its input with its counters. Not thread safe.
 */
final class StreamsProcess implements AutoCloseable {
    static final String APPLICATION = "scale";
    private static final long MIB = 1 << 20;
    private static final String READING = "reading ";

    /** Three intervals of ticks. */
    static final Duration QUIET = Duration.ofSeconds(3);

    private final Process process;
    private final PrintWriter requests;
    private final BufferedReader answer;

    /**
     * The counters of the process since its start.
     *
     * @param busy total time of its records
     * @param longest record since the last reading
     * @param condemned files named in delete commands
     */
    record Reading(long records, Duration busy, Duration longest, long condemned, long residentBytes, long heapBytes) {
        Duration busySince(Reading before) {
            return busy.minus(before.busy);
        }
    }

    private StreamsProcess(Process process) {
        this.process = process;
        requests = new PrintWriter(process.outputWriter(StandardCharsets.US_ASCII), true);
        answer = process.inputReader(StandardCharsets.US_ASCII);
    }

    static StreamsProcess start(String bootstrapServers, Path stateDir) throws IOException {
        return new StreamsProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m",
                        "-Dlogback.configurationFile=logback-bench.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamsProcess.class.getName(),
                        bootstrapServers,
                        stateDir.toString())
                .redirectError(Redirect.INHERIT)
                .start());
    }

    Reading read() throws IOException {
        requests.println();
        String line = answer.readLine();
        while (line != null && !line.startsWith(READING)) {
            System.err.println(line); // what it logs
            line = answer.readLine();
        }
        if (line == null) {
            throw new IOException("gc-streams has stopped");
        }
        String[] parts = line.substring(READING.length()).split(" ", -1);
        return new Reading(
                Long.parseLong(parts[0]),
                Duration.ofNanos(Long.parseLong(parts[1])),
                Duration.ofNanos(Long.parseLong(parts[2])),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]));
    }

    /**
     * Waits until nothing more is applied: no record is left, and no tick has anything to do. Returns the last reading, with
     * the longest record meanwhile.
     */
    Reading awaitQuiet() throws IOException, InterruptedException {
        Reading last = read();
        Duration longest = last.longest;
        long changed = System.nanoTime();
        while (System.nanoTime() - changed < QUIET.toNanos()) {
            Thread.sleep(20);
            Reading now = read();
            longest = longest.compareTo(now.longest) > 0 ? longest : now.longest;
            if (now.records > last.records) {
                changed = System.nanoTime();
                last = now;
            }
        }
        return new Reading(last.records, last.busy, longest, last.condemned, last.residentBytes, last.heapBytes);
    }

    /** Ends it as the service ends, with all state on disk. */
    @Override
    public void close() {
        requests.close();
        process.onExit().join();
    }

    public static void main(String[] args) throws Exception {
        FoldSettings settings = new FoldSettings(
                APPLICATION,
                args[0],
                true,
                Path.of(args[1]),
                1,
                Duration.ofMillis(100),
                64 * MIB,
                256 * MIB,
                64 * MIB,
                Map.of());
        Meter meter = new Meter();
        try (FoldRuntime runtime = FoldRuntime.start(
                        settings,
                        Topics.EVENTS,
                        List.of(),
                        PartitionFold.DEFINITION::valueOf,
                        (ticker, placement) -> EventsTopology.build(
                                Namespace.NONE,
                                ticker,
                                Duration.ofSeconds(1),
                                placement,
                                ConfiguredPolicies.NONE,
                                meter,
                                ClockLag.UNMEASURED),
                        new SimpleMeterRegistry());
                BufferedReader requests =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            while (requests.readLine() != null) {
                if (runtime.failure().isDone()) {
                    throw new IllegalStateException(runtime.failure().get());
                }
                System.out.println(READING + meter.line());
            }
        }
    }

    private static final class Meter implements FoldListener<Fold> {
        private final LongAdder records = new LongAdder();
        private final LongAdder busyNanos = new LongAdder();
        private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
        private final AtomicLong condemned = new AtomicLong();

        @Override
        public void applied(Duration took) {
            records.increment();
            busyNanos.add(took.toNanos());
            longestNanos.accumulate(took.toNanos());
        }

        @Override
        public void emitted(Output output) {
            if (output instanceof Output.Emitted emitted && emitted.message() instanceof GcCommand command) {
                condemned.addAndGet(command.getDelete().getFilesCount());
            }
        }

        private String line() throws IOException {
            Runtime runtime = Runtime.getRuntime();
            return records.sum() + " " + busyNanos.sum() + " " + longestNanos.getThenReset() + " " + condemned.get()
                    + " " + residentBytes() + " " + (runtime.totalMemory() - runtime.freeMemory());
        }

        /** Returns the resident memory; 0 if the system does not report it. */
        private static long residentBytes() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.exists(status)) {
                return 0;
            }
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .sum();
        }
    }
}
