package io.sexton.proto;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The difference between an older and a newer schema. Names matter as well as numbers, because other programs and JSON
 * lines use them.
 *
 * @param broken incompatible changes, one line each
 * @param added additions, one line each
 */
record SchemaDiff(List<String> broken, List<String> added) {

    static SchemaDiff between(FileDescriptorSet older, FileDescriptorSet newer) {
        Types before = Types.of(older);
        Types after = Types.of(newer);
        SchemaDiff diff = new SchemaDiff(new ArrayList<>(), new ArrayList<>());
        before.messages.forEach((name, message) -> {
            DescriptorProto now = after.messages.get(name);
            if (now == null) {
                diff.broken.add("message " + name + " was removed");
            } else {
                diff.compare(name, Types.fields(message), Types.fields(now), "field");
            }
        });
        before.enums.forEach((name, type) -> {
            EnumDescriptorProto now = after.enums.get(name);
            if (now == null) {
                diff.broken.add("enum " + name + " was removed");
            } else {
                diff.compare(name, Types.values(type), Types.values(now), "value");
            }
        });
        after.messages.keySet().stream()
                .filter(name -> !before.messages.containsKey(name))
                .forEach(name -> diff.added.add("message " + name));
        after.enums.keySet().stream()
                .filter(name -> !before.enums.containsKey(name))
                .forEach(name -> diff.added.add("enum " + name));
        return diff;
    }

    /** Compares the members of one type by their numbers. */
    private void compare(String type, Map<Integer, Member> before, Map<Integer, Member> after, String kind) {
        before.forEach((number, member) -> {
            Member now = after.get(number);
            String place = kind + " " + type + "." + member.name + " = " + number;
            if (now == null) {
                String elsewhere = after.entrySet().stream()
                        .filter(entry -> entry.getValue().name.equals(member.name))
                        .map(entry -> "was renumbered to " + entry.getKey())
                        .findFirst()
                        .orElse("was removed");
                broken.add(place + " " + elsewhere);
            } else if (!now.name.equals(member.name)) {
                broken.add(place + " was renamed to " + now.name);
            } else if (!now.shape.equals(member.shape)) {
                broken.add(place + " was " + member.shape + " and is now " + now.shape);
            }
        });
        after.forEach((number, member) -> {
            if (!before.containsKey(number)
                    && before.values().stream().noneMatch(old -> old.name.equals(member.name))) {
                added.add(kind + " " + type + "." + member.name + " = " + number);
            }
        });
    }

    /** A field or an enum value. Its shape contains every other property that readers rely on. */
    private record Member(String name, String shape) {}

    private record Types(Map<String, DescriptorProto> messages, Map<String, EnumDescriptorProto> enums) {

        static Types of(FileDescriptorSet set) {
            Types types = new Types(new TreeMap<>(), new TreeMap<>());
            for (FileDescriptorProto file : set.getFileList()) {
                file.getMessageTypeList().forEach(message -> types.add(file.getPackage(), message));
                file.getEnumTypeList().forEach(type -> types.enums.put(file.getPackage() + "." + type.getName(), type));
            }
            return types;
        }

        private void add(String scope, DescriptorProto message) {
            String name = scope + "." + message.getName();
            messages.put(name, message);
            message.getNestedTypeList().forEach(nested -> add(name, nested));
            message.getEnumTypeList().forEach(type -> enums.put(name + "." + type.getName(), type));
        }

        static Map<Integer, Member> fields(DescriptorProto message) {
            Map<Integer, Member> fields = new TreeMap<>();
            for (FieldDescriptorProto field : message.getFieldList()) {
                fields.put(field.getNumber(), new Member(field.getName(), shape(message, field)));
            }
            return fields;
        }

        static Map<Integer, Member> values(EnumDescriptorProto type) {
            Map<Integer, Member> values = new TreeMap<>();
            for (EnumValueDescriptorProto value : type.getValueList()) {
                values.put(value.getNumber(), new Member(value.getName(), "an enum value"));
            }
            return values;
        }

        private static String shape(DescriptorProto message, FieldDescriptorProto field) {
            StringBuilder shape = new StringBuilder();
            if (field.getProto3Optional()) {
                shape.append("optional ");
            } else if (field.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED) {
                shape.append("repeated ");
            }
            shape.append(
                    field.hasTypeName()
                            ? field.getTypeName().substring(1)
                            : field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT));
            if (field.hasOneofIndex() && !field.getProto3Optional()) {
                shape.append(" in oneof ")
                        .append(message.getOneofDecl(field.getOneofIndex()).getName());
            }
            return shape.append(" with JSON name ").append(field.getJsonName()).toString();
        }
    }
}
