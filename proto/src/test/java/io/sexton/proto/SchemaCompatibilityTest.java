package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The comparison of the built schema with the committed one. It must stay compatible, because logs are kept for years
 * and unknown programs write them.
 */
final class SchemaCompatibilityTest {

    private static final Path BUILT = Path.of("target", "sexton-v1.desc");
    private static final Path COMMITTED = Path.of("src", "test", "resources", "sexton-v1.desc");
    private static final String REFRESH =
            "./mvnw test -pl proto -Dtest=SchemaCompatibilityTest -Dsexton.schema.refresh=true";

    @Test
    void schemaOnlyGrowsAndTheCommittedOneIsUpToDate() throws IOException {
        SchemaDiff diff = SchemaDiff.between(read(COMMITTED), read(BUILT));

        assertThat(diff.broken())
                .as("Old logs and other programs would be misread. Add a new field instead, and keep the old one")
                .isEmpty();
        if (Boolean.getBoolean("sexton.schema.refresh")) {
            Files.copy(BUILT, COMMITTED, StandardCopyOption.REPLACE_EXISTING);
        } else {
            assertThat(diff.added())
                    .as("New and compatible. From now on it may not change: if you are sure, run\n  " + REFRESH)
                    .isEmpty();
        }
    }

    @Test
    void findsARemovedField() throws IOException {
        assertBroken(edit -> edit.removeField(1), "field sexton.v1.FileRef.size_bytes = 2 was removed");
    }

    @Test
    void findsARenumberedField() throws IOException {
        assertBroken(
                edit -> edit.getFieldBuilder(1).setNumber(99),
                "field sexton.v1.FileRef.size_bytes = 2 was renumbered to 99");
    }

    @Test
    void findsARenamedField() throws IOException {
        assertBroken(
                edit -> edit.getFieldBuilder(1).setName("bytes").setJsonName("bytes"),
                "field sexton.v1.FileRef.size_bytes = 2 was renamed to bytes");
    }

    @Test
    void findsARetypedField() throws IOException {
        assertBroken(
                edit -> edit.getFieldBuilder(1).setType(FieldDescriptorProto.Type.TYPE_INT64),
                "field sexton.v1.FileRef.size_bytes = 2 was uint64 with JSON name sizeBytes"
                        + " and is now int64 with JSON name sizeBytes");
    }

    @Test
    void findsAFieldThatBecameRepeated() throws IOException {
        assertBroken(
                edit -> edit.getFieldBuilder(0).setLabel(FieldDescriptorProto.Label.LABEL_REPEATED),
                "field sexton.v1.FileRef.path = 1 was string with JSON name path"
                        + " and is now repeated string with JSON name path");
    }

    @Test
    void findsARenamedMessage() throws IOException {
        assertBroken(edit -> edit.setName("File"), "message sexton.v1.FileRef was removed");
    }

    @Test
    void findsARenamedEnumValue() throws IOException {
        FileDescriptorSet.Builder changed = read(COMMITTED).toBuilder();
        file(changed, "sexton/v1/policy.proto")
                .getEnumTypeBuilder(0)
                .getValueBuilder(1)
                .setName("ERASE");

        assertThat(SchemaDiff.between(read(COMMITTED), changed.build()).broken())
                .containsExactly("value sexton.v1.Disposition.DELETE = 1 was renamed to ERASE");
    }

    @Test
    void findsAFieldThatLeftItsOneof() throws IOException {
        FileDescriptorSet.Builder changed = read(COMMITTED).toBuilder();
        DescriptorProto.Builder notice =
                file(changed, "sexton/v1/notices.proto").getMessageTypeBuilder(0);
        notice.getFieldBuilder(0).clearOneofIndex();

        assertThat(SchemaDiff.between(read(COMMITTED), changed.build()).broken())
                .singleElement()
                .asString()
                .startsWith("field sexton.v1.Notice.pin_verdict = 1 was sexton.v1.PinVerdict in oneof notice");
    }

    @Test
    void reportsAdditionsSeparately() throws IOException {
        FileDescriptorSet.Builder changed = read(COMMITTED).toBuilder();
        FileDescriptorProto.Builder files = file(changed, "sexton/v1/files.proto");
        files.getMessageTypeBuilder(0)
                .addFieldBuilder()
                .setName("tier")
                .setNumber(6)
                .setType(FieldDescriptorProto.Type.TYPE_STRING)
                .setJsonName("tier");
        files.addMessageTypeBuilder().setName("Tier");

        SchemaDiff diff = SchemaDiff.between(read(COMMITTED), changed.build());

        assertThat(diff.broken()).isEmpty();
        assertThat(diff.added()).containsExactly("field sexton.v1.FileRef.tier = 6", "message sexton.v1.Tier");
    }

    /** Checks the finding after a change of the message FileRef. */
    private static void assertBroken(Consumer<DescriptorProto.Builder> edit, String message) throws IOException {
        FileDescriptorSet.Builder changed = read(COMMITTED).toBuilder();
        edit.accept(file(changed, "sexton/v1/files.proto").getMessageTypeBuilder(0));

        assertThat(SchemaDiff.between(read(COMMITTED), changed.build()).broken())
                .contains(message);
    }

    private static FileDescriptorProto.Builder file(FileDescriptorSet.Builder set, String name) {
        return set.getFileBuilderList().stream()
                .filter(file -> file.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static FileDescriptorSet read(Path file) throws IOException {
        return FileDescriptorSet.parseFrom(Files.readAllBytes(file));
    }
}
