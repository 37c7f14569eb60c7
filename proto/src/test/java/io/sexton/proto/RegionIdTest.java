package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sexton.testkit.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegionIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"r1", "/", "..", "db/table/42", "räume", "😀", " "})
    void isReadFromItsRecordKey(String id) {
        RegionId region = RegionId.of(id);
        assertThat(RegionId.fromKey(region.toKey())).isEqualTo(region).hasToString(id);
    }

    @Test
    void rejectsTheEmptyText() {
        assertThat(RegionId.problemWith("")).contains("is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegionId.of(""))
                .withMessage("not a region id: \"\" is empty");
    }

    @Test
    void rejectsTextsThatCannotBeARecordKey() {
        assertThat(RegionId.problemWith("a\ud800")).isPresent();
        assertThat(RegionId.problemWith("é".repeat(128))).isEmpty();
        assertThat(RegionId.problemWith("é".repeat(129))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"~", "\u00a0", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\ud800\udc00", "\udbff\udfff"})
    void countsEachCharacterAsItsUtf8Bytes(String character) {
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        String longest = character.repeat(RegionId.MAX_BYTES / bytes) + "x".repeat(RegionId.MAX_BYTES % bytes);

        assertThat(RegionId.problemWith(longest)).isEmpty();
        assertThat(RegionId.problemWith(longest + "x")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "\n", "a\u001f", "\u007f", "\u0080", "\u009f"})
    void rejectsControlCharacters(String id) {
        assertThat(RegionId.problemWith(id)).get().asString().startsWith("has a control character");
        assertThatIllegalArgumentException().isThrownBy(() -> RegionId.of(id));
    }

    @Test
    void acceptsIdsOfEarlierVersionsInStoredRows() {
        assertThat(new RegionId("a\u0000b").value()).isEqualTo("a\u0000b");
        assertThat(new RegionId("x".repeat(1024)).toKey()).hasSize(1024);
        assertThatIllegalArgumentException().isThrownBy(() -> new RegionId("x".repeat(1025)));
        assertThatIllegalArgumentException().isThrownBy(() -> new RegionId(""));
    }

    @Test
    void rejectsKeysThatAreNotUtf8InsteadOfReplacingBytes() {
        byte[][] malformed = {
            {(byte) 0xff},
            {(byte) 0xc3},
            {'a', (byte) 0x80},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            {(byte) 0xc0, (byte) 0x80}
        };
        for (byte[] key : malformed) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RegionId.fromKey(key))
                    .withMessageContaining("not UTF-8");
        }
    }

    @Test
    void acceptsOnlyRandomBytesThatAreEncodedAsTheSameBytes() {
        SeededRandom random = new SeededRandom(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] key = new byte[1 + random.nextInt(4)];
            random.nextBytes(key);
            byte[] encoded = new String(key, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            if (Arrays.equals(key, encoded)
                    && RegionId.problemWith(new String(key, StandardCharsets.UTF_8))
                            .isEmpty()) {
                assertThat(RegionId.fromKey(key).toKey()).isEqualTo(key);
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> RegionId.fromKey(key));
            }
        }
    }

    @Test
    void ordersByUnsignedUtf8Bytes() {
        assertThat(RegionId.of("\uffff")).isLessThan(RegionId.of("😀"));
        assertThat(RegionId.of("a")).isLessThan(RegionId.of("aa"));
        assertThat(RegionId.of("z")).isLessThan(RegionId.of("é"));
    }
}
