package io.sexton.testkit.edges;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The edge values of every field of a message, nested messages included: absent, empty, the longest that any rule
 * allows and one more, the largest and smallest numbers, many entries, unknown values and malformed bytes. They are
 * derived from descriptors, so that tests cover a field that is added to the schema without a change.
 *
 * <p>An edge value is at the limit of some rule. This class does not know which rule applies to which field, so every
 * text field takes the edge values of all rules.
 */
public final class Edges {
    /** Number of entries of a repeated field with many. */
    public static final int MANY = 10_000;

    private static final String WHOLE = "value";

    /** A number that no field of the schema has. */
    private static final int UNUSED_NUMBER = 536_870_911;

    private static final long[] LONGS = {
        0,
        1,
        -1,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        // a ttl's and another duration's longest, in seconds, and one more
        2_592_000,
        2_592_001,
        3_155_760_000L,
        3_155_760_001L,
        // the last second before year 1 and the first of year 10,000
        -62_135_596_801L,
        253_402_300_800L
    };

    private static final int[] INTS = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 999_999_999, 1_000_000_000};

    private static final Map<String, String> TEXTS = texts();

    private final PlainMessages plain;
    private final Predicate<String> wanted;
    private final List<Edge> edges = new ArrayList<>();
    private final Set<ByteString> known = new HashSet<>();

    private Edges(PlainMessages plain, Predicate<String> wanted) {
        this.plain = plain;
        this.wanted = wanted;
    }

    /** Returns the paths of the fields that have edge values; {@code value} is the whole message. */
    public static Set<String> fields(Message message, PlainMessages plain) {
        Set<String> fields = new LinkedHashSet<>();
        new Edges(plain, field -> {
                    fields.add(field);
                    return false;
                })
                .visit("", message, root -> root);
        return fields;
    }

    /**
     * Returns the edge values of a field that the message has or could have beside its kind.
     *
     * @param field one of {@link #fields}
     * @param plain source of values for fields of nested messages that the message lacks
     */
    public static List<Edge> of(Message message, String field, PlainMessages plain) {
        Edges edges = new Edges(plain, field::equals);
        edges.known.add(message.toByteString());
        edges.visit("", message, root -> root);
        if (field.equals(WHOLE)) {
            edges.addTruncated(message);
        }
        return edges.edges;
    }

    /** Returns the edge values of text fields. */
    private static Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        texts.put("empty", "");
        for (int length : new int[] {1, 256, 257, 1000, 1001, 1024, 1025, 16_384, 100_000}) {
            texts.put(length + " characters", "x".repeat(length));
        }
        for (int bytes : new int[] {256, 258, 1024, 1026}) {
            texts.put(bytes + " bytes in characters of two", "é".repeat(bytes / 2));
        }
        texts.put("256 bytes in characters of four", "😀".repeat(64));
        texts.put("a path of many segments", "a/".repeat(511) + "a");
        for (String text : new String[] {
            "a\0b",
            "a\nb",
            "a\u007fb",
            "a\u0085b",
            "\uFEFF",
            "\uFFFF",
            "\u202Ea",
            ".",
            "..",
            "/",
            "../../etc/passwd",
            "/etc/passwd",
            "a/../../b",
            "a//b",
            "a/",
            "a\\..\\b",
            ".trash",
            "(",
            "[z-a]",
            "(?<a>",
            "a**",
            "(a{0,1000}){1000}",
            "(a?){1000}(a?){1000}",
            "$",
            "$1",
            "$$$9",
            "%s {} ${a}",
            "-1",
            "0-1",
            "0-9223372036854775807-2147483647",
            "2147483648-9223372036854775808-2147483648",
            "2026-13-32T25:61:61Z"
        }) {
            texts.put("'" + text.replace("\0", "NUL") + "'", text);
        }
        texts.put("parentheses in each other", "(".repeat(499) + "a" + ")".repeat(499));
        texts.put("stars", "*".repeat(1000));
        return texts;
    }

    private void visit(String path, Message message, UnaryOperator<Message> inRoot) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean isOtherKind = path.isEmpty() && field.getRealContainingOneof() != null && !message.hasField(field);
            if (!isOtherKind) {
                visit(path, message, field, inRoot);
            }
        }
        String self = path.isEmpty() ? WHOLE : path.substring(0, path.length() - 1);
        unknownFields().forEach((what, unknown) -> add(self, what, with(message, unknown), inRoot));
    }

    private void visit(String path, Message message, FieldDescriptor field, UnaryOperator<Message> inRoot) {
        String name = path + field.getName();
        Message without = message.toBuilder().clearField(field).build();
        add(name, "absent", without, inRoot);
        malformed(field).forEach((what, unknown) -> add(name, what, with(without, unknown), inRoot));
        Object value = plain.value(message.toBuilder(), field);
        UnaryOperator<Object> one = each -> each;
        if (field.isRepeated()) {
            add(name, "twice the same", set(message, field, List.of(value, value)), inRoot);
            if (wanted.test(name)) {
                add(name, MANY + " entries", set(message, field, many(value)), inRoot);
            }
            one = List::of;
        }
        UnaryOperator<Object> inField = one;
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            Message present = field.isRepeated() || !message.hasField(field)
                    ? (Message) value
                    : (Message) message.getField(field);
            Object empty = inField.apply(present.getDefaultInstanceForType());
            add(name, "empty", set(message, field, empty), inRoot);
            visit(name + ".", present, nested -> inRoot.apply(set(message, field, inField.apply(nested))));
        } else {
            scalars(field).forEach((what, edge) -> add(name, what, set(message, field, inField.apply(edge)), inRoot));
        }
    }

    private static Map<String, Object> scalars(FieldDescriptor field) {
        Map<String, Object> values = new TreeMap<>();
        switch (field.getJavaType()) {
            case INT -> {
                for (int each : INTS) {
                    values.put("" + each, each);
                }
            }
            case LONG -> {
                for (long each : LONGS) {
                    values.put("" + each, each);
                }
            }
            case FLOAT -> {
                for (float each : new float[] {0, -0f, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY}) {
                    values.put("" + each, each);
                }
            }
            case DOUBLE -> {
                for (double each : new double[] {0, -0d, Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY}) {
                    values.put("" + each, each);
                }
            }
            case BOOLEAN -> {
                values.put("true", true);
                values.put("false", false);
            }
            case STRING -> values.putAll(TEXTS);
            case BYTE_STRING -> TEXTS.forEach((what, text) -> values.put(what, ByteString.copyFromUtf8(text)));
            case ENUM -> {
                for (EnumValueDescriptor each : field.getEnumType().getValues()) {
                    values.put(each.getName(), each);
                }
                for (int each : new int[] {-1, 99, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                    values.put("" + each, field.getEnumType().findValueByNumberCreatingIfUnknown(each));
                }
            }
            case MESSAGE -> throw new IllegalArgumentException(field + " is no scalar");
        }
        return values;
    }

    /** Returns contents of the field's number on the wire that are not values of the field. */
    private static Map<String, UnknownFieldSet> malformed(FieldDescriptor field) {
        boolean isVarint = switch (field.getJavaType()) {
            case INT, LONG, BOOLEAN, ENUM -> true;
            case FLOAT, DOUBLE, STRING, BYTE_STRING, MESSAGE -> false;
        };
        Map<String, UnknownFieldSet> values = new TreeMap<>();
        values.put("another wire type", isVarint ? delimited(field, "text") : varint(field.getNumber(), 7));
        if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
            // The encoding of U+D800, and a byte that begins no character.
            values.put(
                    "half a surrogate pair", delimited(field, new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80}));
            values.put("no UTF-8", delimited(field, new byte[] {'a', (byte) 0xFF}));
        }
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            values.put("no message", delimited(field, new byte[] {(byte) 0xFF, (byte) 0xFF}));
        }
        return values;
    }

    private static Map<String, UnknownFieldSet> unknownFields() {
        UnknownFieldSet.Field large = UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(new byte[100_000]))
                .build();
        UnknownFieldSet.Builder deep = UnknownFieldSet.newBuilder();
        for (int depth = 0; depth < 90; depth++) {
            UnknownFieldSet.Field group =
                    UnknownFieldSet.Field.newBuilder().addGroup(deep.build()).build();
            deep = UnknownFieldSet.newBuilder().addField(UNUSED_NUMBER, group);
        }
        Map<String, UnknownFieldSet> sets = new TreeMap<>();
        sets.put("an unknown number", varint(UNUSED_NUMBER, -1));
        sets.put(
                "100,000 unknown bytes",
                UnknownFieldSet.newBuilder().addField(UNUSED_NUMBER, large).build());
        sets.put("unknown groups in each other", deep.build());
        return sets;
    }

    private static UnknownFieldSet varint(int number, long value) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        number,
                        UnknownFieldSet.Field.newBuilder().addVarint(value).build())
                .build();
    }

    private static UnknownFieldSet delimited(FieldDescriptor field, String text) {
        return delimited(field, ByteString.copyFromUtf8(text).toByteArray());
    }

    private static UnknownFieldSet delimited(FieldDescriptor field, byte[] bytes) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        field.getNumber(),
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(bytes))
                                .build())
                .build();
    }

    private static List<Object> many(Object value) {
        List<Object> values = new ArrayList<>(MANY);
        for (int i = 0; i < MANY; i++) {
            values.add(varied(value, i));
        }
        return values;
    }

    /** Returns the value with another text in it, if it contains a text. */
    private static Object varied(Object value, int i) {
        if (value instanceof String) {
            return value + "." + i;
        }
        if (!(value instanceof Message original)) {
            return value;
        }
        Message.Builder message = original.toBuilder();
        message.getAllFields().forEach((field, part) -> {
            if (!field.isRepeated()) {
                message.setField(field, varied(part, i));
            }
        });
        return message.build();
    }

    private static Message set(Message message, FieldDescriptor field, Object value) {
        return message.toBuilder().setField(field, value).build();
    }

    private static Message with(Message message, UnknownFieldSet unknown) {
        return message.toBuilder().setUnknownFields(unknown).build();
    }

    /** Adds truncated messages. */
    private void addTruncated(Message message) {
        ByteString bytes = message.toByteString();
        for (int length : new int[] {1, bytes.size() / 2, bytes.size() - 1}) {
            edges.add(new Edge(
                    WHOLE,
                    "the first " + length + " bytes",
                    bytes.substring(0, length).toByteArray()));
        }
    }

    private void add(String field, String what, Message message, UnaryOperator<Message> inRoot) {
        if (!wanted.test(field)) {
            return;
        }
        ByteString bytes = inRoot.apply(message).toByteString();
        if (known.add(bytes)) {
            edges.add(new Edge(field, what, bytes.toByteArray()));
        }
    }
}
