package io.sexton.testkit.edges;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages in which every field has a value that is valid under all rules. They are derived from descriptors, so that
 * they include a kind or field that is added to the schema.
 *
 * <p>Each text is valid as a command id, a path, a pattern and an id, and unique in its message. Numbers of 64 bits are
 * the field's number, those of 32 bits are 1.
 */
public final class PlainMessages {
    private final Timestamp time;

    /** @param time the value of every timestamp */
    public PlainMessages(Instant time) {
        this.time = Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
    }

    /** Returns one message for each member of the type's oneof, which the type must have. */
    public <M extends Message> List<M> ofEachKind(M type) {
        OneofDescriptor kinds = type.getDescriptorForType().getRealOneofs().get(0);
        List<M> messages = new ArrayList<>();
        for (FieldDescriptor kind : kinds.getFields()) {
            Message.Builder message = type.newBuilderForType();
            fill(message, "0-1-");
            message.setField(kind, value(message, kind, "0-1-"));
            @SuppressWarnings("unchecked") // a message's builder builds its own type
            M built = (M) message.build();
            messages.add(built);
        }
        return messages;
    }

    /** Returns the plain value of the field, or of one element if it is repeated. */
    Object value(Message.Builder parent, FieldDescriptor field) {
        return value(parent, field, "0-1-");
    }

    private Object value(Message.Builder parent, FieldDescriptor field, String prefix) {
        String text = prefix + field.getNumber();
        return switch (field.getJavaType()) {
            case INT -> 1;
            case LONG -> (long) field.getNumber();
            case FLOAT -> 1f;
            case DOUBLE -> 1d;
            case BOOLEAN -> false;
            case STRING -> text;
            case BYTE_STRING -> ByteString.copyFromUtf8(text);
            case ENUM -> {
                List<EnumValueDescriptor> values = field.getEnumType().getValues();
                yield values.get(Math.min(1, values.size() - 1));
            }
            case MESSAGE -> {
                if (field.getMessageType().equals(Timestamp.getDescriptor())) {
                    yield time;
                }
                Message.Builder message = parent.newBuilderForField(field);
                fill(message, text);
                yield message.build();
            }
        };
    }

    private void fill(Message.Builder message, String prefix) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            OneofDescriptor oneof = field.getRealContainingOneof();
            boolean isFirst = oneof == null || oneof.getField(0).equals(field);
            if (field.isRepeated()) {
                message.addRepeatedField(field, value(message, field, prefix));
            } else if (isFirst) {
                message.setField(field, value(message, field, prefix));
            }
        }
    }
}
