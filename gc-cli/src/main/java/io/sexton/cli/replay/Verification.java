package io.sexton.cli.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.sexton.cli.InputFile;
import io.sexton.cli.LineReport;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.cli.lines.JsonRecord;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.Output;
import io.sexton.proto.CommandId;
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
 * Holds what a fold says against what was emitted (I8): the records of each partition of {@code gc.delete-commands} and
 * {@code gc.notices}, byte for byte and in their order. What was emitted is held in memory. Not thread safe.
 */
final class Verification implements Replay.Sink {

    /** How much may be there that does not follow, before what does: else each difference would cost a look at everything. */
    private static final int LOOK_AHEAD = 10_000;

    private record Place(String topic, int partition) {
        @Override
        public String toString() {
            return topic + "-" + partition;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes of a file that nobody else has
    private record Emitted(long offset, byte @Nullable [] key, byte @Nullable [] value) {
        boolean isSame(Emitted other) {
            return Arrays.equals(key, other.key) && Arrays.equals(value, other.value);
        }
    }

    /** What was emitted and has not been met yet. */
    private static final class Left {
        private final Deque<Emitted> said = new ArrayDeque<>();
        /** Whether it is known which of what follows from the log is the first of it. */
        private boolean placed;
    }

    private final PrintWriter out;
    private final Map<Place, Left> emitted =
            new TreeMap<>(Comparator.comparing(Place::topic).thenComparingInt(Place::partition));
    private final Map<Integer, Long> folded = new HashMap<>();
    private long same;
    private long differences;

    /** @param out where differences are told, one a line */
    Verification(PrintWriter out) {
        this.out = out;
    }

    /**
     * Takes what was emitted, before anything is folded. Records of other topics are passed over.
     *
     * @return what has been said of the lines
     * @throws io.sexton.cli.CommandFailure if the file cannot be read to its end
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
                    .said
                    .add(new Emitted(record.offset(), record.key(), record.value()));
        }
    }

    /**
     * Where the beginning is missing, the first record that there can be only one of tells where the rest belongs: a
     * delete command by its id, the answer of a fence by its nonce.
     */
    private void findPlace(Place place, Left left) {
        left.placed = left.said.getFirst().offset() == 0;
        if (left.placed) {
            return;
        }
        while (!left.said.isEmpty() && !isUnique(place, left.said.getFirst())) {
            left.said.removeFirst();
        }
        out.printf(
                Locale.ROOT,
                "%s: the beginning is missing; compared from %s on%n",
                place,
                left.said.isEmpty()
                        ? "nothing"
                        : "offset " + left.said.getFirst().offset());
    }

    private static boolean isUnique(Place place, Emitted said) {
        GcCommand command = place.topic().equals(Topics.DELETE_COMMANDS) ? commandOf(said) : null;
        return command != null && (command.hasDelete() || command.hasFencePassed());
    }

    private static @Nullable GcCommand commandOf(Emitted said) {
        try {
            return said.value() == null ? null : GcCommand.parseFrom(said.value());
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
        if (output instanceof Output.Emitted said && isCompared(said.topic())) {
            compare(said.topic(), cause, said.region(), said.message());
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
        if (left != null && left.placed && left.said.stream().limit(LOOK_AHEAD).anyMatch(wanted::isSame)) {
            for (Emitted next = left.said.removeFirst(); !next.isSame(wanted); next = left.said.removeFirst()) {
                unfounded(place, next);
            }
            same++;
        } else if (left != null && !left.placed) {
            left.placed = !left.said.isEmpty() && left.said.getFirst().isSame(wanted);
            if (left.placed) {
                left.said.removeFirst();
                same++;
            }
        } else {
            differ(
                    "%s: %s follows from offset %d of the log, and was not emitted",
                    place, name(place, wanted), cause.offset());
        }
    }

    private void unfounded(Place place, Emitted said) {
        differ(
                "%s: %s was emitted at offset %d, and does not follow from the log",
                place, name(place, said), said.offset());
    }

    private void differ(String format, Object... arguments) {
        differences++;
        out.printf(Locale.ROOT, format + "%n", arguments);
    }

    /**
     * All is folded: says what is left of what was emitted, and how it went. What comes last may follow from events behind
     * those that were folded; of a delete command its id says whether it does.
     *
     * @return whether everything agrees
     */
    boolean end() {
        emitted.forEach((place, left) -> {
            long later = 0;
            for (Emitted said : left.said) {
                if (isOfFolded(place, said)) {
                    unfounded(place, said);
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

    private boolean isOfFolded(Place place, Emitted said) {
        GcCommand command = place.topic().equals(Topics.DELETE_COMMANDS) ? commandOf(said) : null;
        Long last = folded.get(place.partition());
        return command != null
                && command.hasDelete()
                && last != null
                && CommandId.read(command.getDelete().getCommandId())
                        .filter(id -> id.offset() <= last)
                        .isPresent();
    }

    private static String name(Place place, Emitted said) {
        String region = said.key() == null ? "no region" : new String(said.key(), StandardCharsets.UTF_8);
        if (!place.topic().equals(Topics.DELETE_COMMANDS)) {
            return "a notice of " + region;
        }
        GcCommand command = commandOf(said);
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
