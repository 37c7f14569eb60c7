package io.sexton.cli.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Message;
import io.sexton.cli.lines.Values;
import io.sexton.fold.core.Output;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import io.sexton.streams.query.Explanation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;

/** A file's life for programs: one object a record, and a last one with {@code "now":true}. */
final class HistoryAsJson implements FileHistory.Printer {

    private static final JsonFactory JSON = new JsonFactory();

    private final PrintWriter out;

    HistoryAsJson(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void change(FileHistory.Change change) throws IOException {
        line(json -> {
            position(json, change.record());
            json.writeStringField("event", change.event());
            json.writeStringField("producer", change.producer());
            explanation(json, change.after());
            json.writeArrayFieldStart("said");
            for (Output output : change.outputs()) {
                write(json, output);
            }
            json.writeEndArray();
        });
    }

    @Override
    public void end(LogRecord last, Explanation now) throws IOException {
        line(json -> {
            json.writeBooleanField("now", true);
            position(json, last);
            explanation(json, now);
        });
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private void line(Fields fields) throws IOException {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        out.println(line);
        if (out.checkError()) {
            throw new IOException("the output cannot be written");
        }
    }

    private static void position(JsonGenerator json, LogRecord record) throws IOException {
        json.writeStringField("timestamp", record.appendTime().toString());
        json.writeNumberField("partition", record.partition());
        json.writeNumberField("offset", record.offset());
    }

    private static void explanation(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeStringField("state", explanation.state());
        if (explanation.since().isPresent()) {
            json.writeStringField("since", explanation.since().get().toString());
        }
        if (explanation.factOffset().isPresent()) {
            json.writeNumberField("factOffset", explanation.factOffset().getAsLong());
        }
        json.writeArrayFieldStart("details");
        for (String detail : explanation.details()) {
            json.writeString(detail);
        }
        json.writeEndArray();
        keepers(json, explanation.keptBy());
    }

    private static void keepers(JsonGenerator json, List<Explanation.Keeper> keepers) throws IOException {
        json.writeArrayFieldStart("keptBy");
        for (Explanation.Keeper keeper : keepers) {
            json.writeStartObject();
            json.writeStringField("reason", keeper.reason().name());
            json.writeStringField("detail", keeper.detail());
            if (keeper.sinceOffset().isPresent()) {
                json.writeNumberField("sinceOffset", keeper.sinceOffset().getAsLong());
            }
            if (keeper.until().isPresent()) {
                json.writeStringField("until", keeper.until().get().toString());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Output output) throws IOException {
        json.writeStartObject();
        switch (output) {
            case Output.Emitted emitted -> message(json, emitted.topic(), emitted.message());
            case Output.DeadLetter letter -> {
                json.writeStringField("topic", Topics.DEAD_LETTERS);
                json.writeStringField("reason", letter.reason());
            }
            case Output.ClockDisagreement tick -> throw new IllegalStateException("concerns no file");
        }
        json.writeEndObject();
    }

    /** Writes the message; its bytes if JSON has no form for it: a command repeats the times that an event gave a file. */
    private static void message(JsonGenerator json, String topic, Message value) throws IOException {
        json.writeStringField("topic", topic);
        Optional<String> text = Values.toJson(value);
        if (text.isPresent()) {
            json.writeFieldName("value");
            json.writeRawValue(text.get());
        } else {
            json.writeBinaryField("valueBase64", value.toByteArray());
        }
    }
}
