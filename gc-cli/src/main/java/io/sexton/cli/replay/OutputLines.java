package io.sexton.cli.replay;

import io.sexton.cli.lines.JsonLinesWriter;
import io.sexton.fold.core.Output;
import io.sexton.proto.DeadLetters;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;

/**
 * A sink that writes a fold's output as the records that gc-streams would write. Their timestamp is the append time of
 * the record that they follow from; they have no offset.
 */
final class OutputLines implements Replay.Sink {

    private final JsonLinesWriter lines;
    private final PrintWriter notes;

    /** @param notes for people: output that is no record */
    OutputLines(JsonLinesWriter lines, PrintWriter notes) {
        this.lines = lines;
        this.notes = notes;
    }

    @Override
    public void accept(LogRecord cause, Output output) throws IOException {
        int partition = cause.partition();
        Instant time = cause.appendTime();
        switch (output) {
            case Output.Emitted emitted ->
                lines.write(emitted.topic(), partition, time, emitted.region(), emitted.message());
            case Output.DeadLetter letter -> write(letter);
            case Output.ClockDisagreement tick ->
                notes.println("partition " + partition + " offset " + cause.offset()
                        + ": the tick does nothing, its wall clock and its append time differ by more than 5 minutes");
        }
    }

    private void write(Output.DeadLetter letter) throws IOException {
        LogRecord dead = letter.record();
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header :
                DeadLetters.of(Topics.EVENTS, dead, letter.reason()).headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        lines.write(Topics.DEAD_LETTERS, dead.partition(), dead.appendTime(), dead.key(), dead.value(), headers);
    }
}
