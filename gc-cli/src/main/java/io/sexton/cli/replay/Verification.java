package io.sexton.cli.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.sexton.cli.InputFile;
import io.sexton.cli.LineReport;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.fold.core.Output;
import io.sexton.proto.CommandId;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.GcCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of a fold's output with what was emitted (I8): the records of each partition of
 * {@code gc.delete-commands} and {@code gc.notices}, byte for byte and in their order. The emitted records are held in
 * memory. Not thread safe.
 */
final class Verification implements Replay.Sink {

    /**
     * Upper bound on the number of emitted records that are skipped to find a match; else each difference would cost a
     * search through all.
     */
    private static final int LOOK_AHEAD = 10_000;

    private record Place(String topic, int partition) {
        @Override
        public String toString() {
            return topic + "-" + partition;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes of a file, with a single owner
    private record Emitted(long offset, byte @Nullable [] key, byte @Nullable [] value) {
        boolean isSame(Emitted other) {
            return Arrays.equals(key, other.key) && Arrays.equals(value, other.value);
        }
    }

    /** The emitted records that have not been matched yet. */
    private static final class Left {
        private final Deque<Emitted> records = new ArrayDeque<>();
        /** True once the first emitted record that follows from the log has been found. */
        private boolean placed;
    }

    private final PrintWriter out;
    private final Map<Place, Left> emitted =
            new TreeMap<>(Comparator.comparing(Place::topic).thenComparingInt(Place::partition));
    private final Map<Integer, Long> folded = new HashMap<>();
    private long same;
    private long differences;

    /** @param out where differences are printed, one a line */
    Verification(PrintWriter out) {
        this.out = out;
    }

    /**
     * Reads the emitted records, before anything is folded. Records of other topics are skipped.
     *
     * @return the report of the lines
     * @throws io.sexton.service.CommandFailure if the file cannot be read to its end
     */
    LineReport read(InputFile file, PrintWriter err) {
        LineReport report = new LineReport(file, err);
        try (JsonLinesReader reader = file.open()) {
            for (JsonLine line = reader.next(); line != null; line = reader.next()) {
                report.read();
                switch (line) {
                    case JsonLine.Entry entry -> take(entry.record());
                    case JsonLine.Unreadable unreadable -> {
                        report.problem(unreadable.number(), unreadable.problem());
                        take(unreadable.record());
                    }
                    case JsonLine.Broken broken -> report.problem(broken.number(), broken.problem());
                }
            }
        } catch (IOException e) {
            throw file.unreadable(e);
        }
        emitted.forEach(this::findPlace);
        return report;
    }

    private void take(JsonRecord record) {
        if (record.topic().equals(Topics.DELETE_COMMANDS) || record.topic().equals(Topics.NOTICES)) {
            emitted.computeIfAbsent(new Place(record.topic(), record.partition()), place -> new Left())
                    .records
                    .add(new Emitted(record.offset(), record.key(), record.value()));
        }
    }

    /**
     * Finds the position where the emitted records begin, if their beginning is missing: by the first record that is
     * unique, a delete command by its id, the answer of a fence by its nonce.
     */
    private void findPlace(Place place, Left left) {
        left.placed = left.records.getFirst().offset() == 0;
        if (left.placed) {
            return;
        }
        while (!left.records.isEmpty() && !isUnique(place, left.records.getFirst())) {
            left.records.removeFirst();
        }
        out.printf(
                Locale.ROOT,
                "%s: the beginning is missing; compared from %s on%n",
                place,
                left.records.isEmpty()
                        ? "nothing"
                        : "offset " + left.records.getFirst().offset());
    }

    private static boolean isUnique(Place place, Emitted output) {
        GcCommand command = place.topic().equals(Topics.DELETE_COMMANDS) ? commandOf(output) : null;
        return command != null && (command.hasDelete() || command.hasFencePassed());
    }

    private static @Nullable GcCommand commandOf(Emitted output) {
        try {
            return output.value() == null ? null : GcCommand.parseFrom(output.value());
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** A record is folded now, whether or not anything follows from it. */
    void folding(LogRecord record) {
        folded.put(record.partition(), record.offset());
    }

    @Override
    public void accept(LogRecord cause, Output output) {
        if (output instanceof Output.Emitted record && isCompared(record.topic())) {
            compare(record.topic(), cause, record.region(), record.message());
        }
    }

    /** Notices are compared only if the file has notices. */
    private boolean isCompared(String topic) {
        return !topic.equals(Topics.NOTICES)
                || emitted.keySet().stream().anyMatch(place -> place.topic().equals(Topics.NOTICES));
    }

    private void compare(String topic, LogRecord cause, RegionId region, MessageLite message) {
        Place place = new Place(topic, cause.partition());
        Emitted wanted = new Emitted(-1, region.toKey(), message.toByteArray());
        Left left = emitted.get(place);
        if (left != null
                && left.placed
                && left.records.stream().limit(LOOK_AHEAD).anyMatch(wanted::isSame)) {
            for (Emitted next = left.records.removeFirst(); !next.isSame(wanted); next = left.records.removeFirst()) {
                unfounded(place, next);
            }
            same++;
        } else if (left != null && !left.placed) {
            left.placed = !left.records.isEmpty() && left.records.getFirst().isSame(wanted);
            if (left.placed) {
                left.records.removeFirst();
                same++;
            }
        } else {
            differ(
                    "%s: %s follows from offset %d of the log, and was not emitted",
                    place, name(place, wanted), cause.offset());
        }
    }

    private void unfounded(Place place, Emitted output) {
        differ(
                "%s: %s was emitted at offset %d, and does not follow from the log",
                place, name(place, output), output.offset());
    }

    private void differ(String format, Object... arguments) {
        differences++;
        out.printf(Locale.ROOT, format + "%n", arguments);
    }

    /**
     * Reports the remaining differences after the fold. The last records may follow from events behind those that were
     * folded; of a delete command its id shows that.
     *
     * @return true if everything agrees
     */
    boolean end() {
        emitted.forEach((place, left) -> {
            long later = 0;
            for (Emitted output : left.records) {
                if (isOfFolded(place, output)) {
                    unfounded(place, output);
                } else {
                    later++;
                }
            }
            if (!left.placed) {
                differ("%s: nothing was compared, for its place in the log was not found", place);
            } else if (later > 0) {
                out.printf(Locale.ROOT, "%s: %,d more were emitted behind what follows from the log%n", place, later);
            }
        });
        out.printf(
                Locale.ROOT,
                "%,d commands and notices follow from the log as they were emitted; %,d do not agree%n",
                same,
                differences);
        return differences == 0;
    }

    private boolean isOfFolded(Place place, Emitted output) {
        GcCommand command = place.topic().equals(Topics.DELETE_COMMANDS) ? commandOf(output) : null;
        Long last = folded.get(place.partition());
        return command != null
                && command.hasDelete()
                && last != null
                && CommandId.read(command.getDelete().getCommandId())
                        .filter(id -> id.offset() <= last)
                        .isPresent();
    }

    private static String name(Place place, Emitted output) {
        String region = output.key() == null ? "no region" : new String(output.key(), StandardCharsets.UTF_8);
        if (!place.topic().equals(Topics.DELETE_COMMANDS)) {
            return "a notice of " + region;
        }
        GcCommand command = commandOf(output);
        if (command == null) {
            return "what is no command, of " + region;
        }
        return switch (command.getCommandCase()) {
            case DELETE -> "delete command " + command.getDelete().getCommandId() + " of " + region;
            case REVOKE -> "a revoke of " + region;
            case FENCE_PASSED -> "the answer of a fence of " + region;
            case SCAN -> "a scan command of " + region;
            case COMMAND_NOT_SET -> "an empty command of " + region;
        };
    }
}
