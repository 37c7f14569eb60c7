package io.sexton.cli.lines;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.sexton.proto.Topics;
import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Notice;
import io.sexton.v1.RegionEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A converter of the topics' values between protobuf's wire format and its JSON. Safe for use by any thread. */
public final class Values {

    private static final Map<String, Message> TYPES = Map.of(
            Topics.EVENTS, RegionEvent.getDefaultInstance(),
            Topics.DELETE_COMMANDS, GcCommand.getDefaultInstance(),
            Topics.NOTICES, Notice.getDefaultInstance(),
            Topics.LOCK_REQUESTS, LockRequest.getDefaultInstance(),
            Topics.LOCK_EVENTS, LockEvent.getDefaultInstance());

    /** Refuses what it does not know. */
    private static final JsonFormat.Parser PARSER = JsonFormat.parser();

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().omittingInsignificantWhitespace();

    private Values() {}

    /**
     * Returns true if values of the topic have a type; those of {@link Topics#DEAD_LETTERS} have that of their origin.
     */
    static boolean haveType(String topic) {
        return TYPES.containsKey(topic);
    }

    /**
     * Returns the bytes of a value given as JSON.
     *
     * @param topic one whose values {@linkplain #haveType have a type}
     * @throws InvalidProtocolBufferException if it is not the JSON of that type; the message has the reason
     */
    static byte[] fromJson(String topic, String json) throws InvalidProtocolBufferException {
        Message.Builder builder = type(topic).newBuilderForType();
        PARSER.merge(json, builder);
        return builder.build().toByteArray();
    }

    /**
     * Returns a message as JSON, on one line; empty if it has none: a time outside the years that JSON's times can
     * express.
     */
    public static Optional<String> toJson(Message message) {
        try {
            return Optional.of(PRINTER.print(message));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Optional.empty(); // the printer throws the one or the other, depending on what it finds
        }
    }

    /**
     * Returns a value as JSON, if that represents all the bytes.
     *
     * @return empty if the bytes are no such message, have a field that this version does not know, or would not be the
     *     same bytes when the JSON is read again
     */
    static Optional<String> toJson(String topic, byte[] value) {
        try {
            Optional<String> json = toJson(type(topic).getParserForType().parseFrom(value));
            return json.isPresent() && Arrays.equals(value, fromJson(topic, json.get())) ? json : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static Message type(String topic) {
        Message type = TYPES.get(topic);
        if (type == null) {
            throw new IllegalArgumentException("values on " + topic + " have no type");
        }
        return type;
    }
}
