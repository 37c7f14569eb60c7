package io.sexton.testkit.edges;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message with an edge value in one field; every other field has a plain value.
 *
 * @param field path of the field by the names of the schema: {@code manifest_edit.added.path}
 * @param what description of the edge value, for people
 * @param bytes the whole message in the wire format
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes of a record, passed through and never compared
public record Edge(String field, String what, byte[] bytes) {

    /**
     * Returns the problem with the reason for which a reader rejected a message of that type; empty without one. The
     * reason must begin with the path of a field, by the names of the schema. It begins with {@code value} if the
     * message cannot be parsed, and with the name of the oneof if no kind is set.
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
