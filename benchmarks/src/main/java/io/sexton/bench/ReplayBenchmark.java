package io.sexton.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Events a second of {@code sexton replay}, from JSON lines to decisions with state in memory; beside it the fold
 * alone, which shows the share of JSON. Events are of the most frequent kinds of a log: edits of one file each, and
 * touches of readers.
 *
 * <p>Arguments: number of events (1,000,000), rounds (5).
 */
public final class ReplayBenchmark {
    private ReplayBenchmark() {}

    public static void main(String[] args) throws Exception {
        int events = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        List<RegionEvent> log = new ArrayList<>();
        SimpleEvents simple = new SimpleEvents(500);
        for (int i = 0; i < events; i++) {
            log.add(simple.next());
        }
        Path lines = Files.createTempFile("sexton-replay", ".jsonl");
        try {
            write(log, lines);
            double[] replayed = new double[rounds];
            double[] folded = new double[rounds];
            for (int round = -1; round < rounds; round++) { // the first round warms up
                double fromLines = replay(lines, events);
                double alone = FoldAlone.eventsPerSecond(log);
                if (round >= 0) {
                    replayed[round] = fromLines;
                    folded[round] = alone;
                    System.out.printf(
                            "round %d: from JSON lines %,.0f events/s, the fold alone %,.0f%n",
                            round + 1, fromLines, alone);
                }
            }
            System.out.printf(
                    "%,d simple events, median of %d: from JSON lines %,.0f events/s, the fold alone %,.0f%n",
                    events, rounds, median(replayed), median(folded));
        } finally {
            Files.delete(lines);
        }
    }

    /** Runs it as a user does: in a process of its own, the start of which counts. */
    private static double replay(Path lines, int events) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        int exit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.sexton.cli.SextonMain",
                        "replay",
                        "--input",
                        lines.toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("replay ended with " + exit);
        }
        return events / ((System.nanoTime() - begin) / 1e9);
    }

    private static void write(List<RegionEvent> log, Path lines) throws IOException, InvalidProtocolBufferException {
        JsonFormat.Printer json = JsonFormat.printer().omittingInsignificantWhitespace();
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(lines))) {
            for (RegionEvent event : log) {
                out.println("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"key\":\"" + event.getRegion() + "\",\"value\":"
                        + json.print(event) + "}");
            }
        }
    }

    private static double median(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
