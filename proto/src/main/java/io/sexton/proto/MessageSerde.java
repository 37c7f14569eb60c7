package io.sexton.proto;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The serde of one message type, in protobuf's wire format.
 *
 * <p>Equal messages have equal bytes, because the schema has no map fields, whose order protobuf does not define (I8).
 *
 * <p>A null value stays null. Fields that a newer writer added are kept and written again. Only the wire format is
 * validated: an empty value is a message without fields.
 *
 * <p>Stateless and safe for use by any thread.
 *
 * @param <M> the message type
 */
public final class MessageSerde<M extends MessageLite> implements Serde<M> {

    private final String typeName;
    private final Parser<M> parser;

    private MessageSerde(String typeName, Parser<M> parser) {
        this.typeName = typeName;
        this.parser = parser;
    }

    /** Returns the serde of the type that has this default instance. */
    @SuppressWarnings("unchecked") // A message's own parser parses its own type; protobuf's signature is a wildcard.
    public static <M extends MessageLite> MessageSerde<M> of(M defaultInstance) {
        return new MessageSerde<>(
                defaultInstance.getClass().getSimpleName(), (Parser<M>) defaultInstance.getParserForType());
    }

    @Override
    public Serializer<M> serializer() {
        return MessageSerde::write;
    }

    /**
     * Returns a deserializer. It throws a {@link SerializationException} with topic, type and length for invalid bytes.
     */
    @Override
    public Deserializer<M> deserializer() {
        return this::read;
    }

    private static byte @Nullable [] write(String topic, @Nullable MessageLite message) {
        return message == null ? null : message.toByteArray();
    }

    private @Nullable M read(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new SerializationException(
                    "record on " + topic + " is not a " + typeName + " (" + bytes.length + " bytes): " + e.getMessage(),
                    e);
        }
    }
}
