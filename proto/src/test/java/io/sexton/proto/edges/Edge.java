package io.sexton.proto.edges;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message with one field at one of its edges; every other field has a plain value.
 *
 * @param field path of the field by the names of the schema: {@code manifest_edit.added.path}
 * @param what the edge, for people
 * @param bytes the whole message in the wire format
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes of a record, handed through and never compared
public record Edge(String field, String what, byte[] bytes) {

    /**
     * What is wrong with the reason for which a reader did not accept a message of that type: it must begin with the path of a field,
     * by the names of the schema, with {@code value} where the message as a whole cannot be read, or with the name of the
     * oneof where no kind is set. Empty if nothing is.
     */
    public static Optional<String> problemWithReason(Descriptor type, String reason) {
        int end = reason.indexOf(": ");
        String path = end < 0 ? reason : reason.substring(0, end).replaceAll("\\[[0-9]+]", "");
        boolean isWhole =
                path.equals("value") || path.equals(type.getRealOneofs().get(0).getName());
        return end > 0 && (isWhole || isField(type, path))
                ? Optional.empty()
                : Optional.of("names no field: " + reason);
    }

    private static boolean isField(Descriptor type, String path) {
        @Nullable Descriptor at = type;
        for (String name : path.split("\\.", -1)) {
            @Nullable FieldDescriptor next = at == null ? null : at.findFieldByName(name);
            if (next == null) {
                return false;
            }
            at = next.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? next.getMessageType() : null;
        }
        return true;
    }

    @Override
    public String toString() {
        return field + ": " + what;
    }
}
