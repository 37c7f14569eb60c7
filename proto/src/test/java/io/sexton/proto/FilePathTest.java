package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sexton.testkit.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FilePathTest {

    /** Parts at the limits of the rules. About half of the random paths from them are valid. */
    private static final String[] PIECES = {
        "a",
        "b",
        "/",
        "/",
        ".",
        "..",
        "...",
        "",
        " ",
        "\\",
        "-",
        ":",
        "\u0000",
        "\u001f",
        "\u007f",
        "\u0080",
        "\u009f",
        "\u00a0",
        "é",
        "\u07ff",
        "\u0800",
        "\ud7ff",
        "\ue000",
        "\uffff",
        "😀",
        "\ud800",
        "\udc00",
        "x".repeat(255),
        "é".repeat(300),
        "😀".repeat(128)
    };

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", ".a", "a..b/...", "sst/000123.sst", "データ/😀", "a b", "-", "\u00a0", "a\\..\\b"})
    void acceptsRelativePaths(String path) {
        assertThat(FilePath.of(path).value()).isEqualTo(path);
        assertThat(FilePath.problemWith(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            "",     is empty
            /,      begins with '/'
            /a,     begins with '/'
            a/,     ends with '/'
            a//b,   has an empty segment
            .,      has a '.' segment
            ./a,    has a '.' segment
            a/.,    has a '.' segment
            a/./b,  has a '.' segment
            ..,     has a '..' segment
            ../a,   has a '..' segment
            a/..,   has a '..' segment
            a/../b, has a '..' segment
            """)
    void rejectsInvalidSegments(String path, String problem) {
        assertThat(FilePath.problemWith(path)).contains(problem);
    }

    @ParameterizedTest
    @ValueSource(chars = {'\u0000', '\n', '\u001f', '\u007f', '\u0080', '\u0085', '\u009f'})
    void rejectsControlCharacters(char control) {
        assertThat(FilePath.problemWith("a" + control + "b")).contains("has a control character at index 1");
    }

    @ParameterizedTest
    @ValueSource(chars = {' ', '~', '\u00a0'})
    void acceptsCharactersNextToControlCharacters(char character) {
        assertThat(FilePath.problemWith("a" + character + "b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud800", "\udc00a", "\ud800\ud800a", "\ud83d/\ude00"})
    void rejectsUnpairedSurrogates(String path) {
        assertThat(FilePath.problemWith(path))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("is not well-formed Unicode"));
    }

    @Test
    void boundsTheLengthInBytesNotInCharacters() {
        assertThat(FilePath.problemWith("x".repeat(1024))).isEmpty();
        assertThat(FilePath.problemWith("x".repeat(1025))).contains("is longer than 1024 bytes of UTF-8");
        assertThat(FilePath.problemWith("é".repeat(512))).isEmpty();
        assertThat(FilePath.problemWith("é".repeat(512) + "x")).isPresent();
        assertThat(FilePath.problemWith("€".repeat(341) + "x")).isEmpty();
        assertThat(FilePath.problemWith("€".repeat(341) + "é")).isPresent();
        assertThat(FilePath.problemWith("😀".repeat(256))).isEmpty();
        assertThat(FilePath.problemWith("😀".repeat(256) + "x")).isPresent();
    }

    @Test
    void escapesCharactersInMessagesThatCouldDisturbATerminal() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FilePath.of("a\u001b[2J\n\u202e\"" + "y".repeat(5000)))
                .withMessageStartingWith("not a path: \"a\\u001b[2J\\u000a\\u202e\\\"yyy")
                .withMessageEndingWith("has a control character at index 1")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    }

    @Test
    void agreesWithASecondImplementationOnRandomPaths() {
        for (long seed = 0; seed < 20_000; seed++) {
            String path = randomText(new SeededRandom(seed));
            assertThat(FilePath.problemWith(path).isEmpty())
                    .as("seed %d: %s", seed, Text.quoted(path))
                    .isEqualTo(isPathBySecondImplementation(path));
        }
    }

    @Test
    void ordersByUnsignedUtf8Bytes() {
        SeededRandom random = new SeededRandom(7);
        int compared = 0;
        while (compared < 10_000) {
            String a = randomText(random);
            String b = randomText(random);
            if (isPathBySecondImplementation(a) && isPathBySecondImplementation(b)) {
                assertThat(Integer.signum(FilePath.of(a).compareTo(FilePath.of(b))))
                        .as("%s, %s", Text.quoted(a), Text.quoted(b))
                        .isEqualTo(Integer.signum(Arrays.compareUnsigned(utf8(a), utf8(b))));
                compared++;
            }
        }
        assertThat(FilePath.of("\uffff")).isLessThan(FilePath.of("😀")); // by String.compareTo it is greater
    }

    private static String randomText(SeededRandom random) {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** A second, slow implementation of the rules. */
    private static boolean isPathBySecondImplementation(String text) {
        boolean wellFormed = new String(utf8(text), StandardCharsets.UTF_8).equals(text);
        boolean noControls = text.codePoints().noneMatch(Character::isISOControl);
        boolean namedSegments = Arrays.stream(text.split("/", -1))
                .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
        return wellFormed && noControls && namedSegments && utf8(text).length <= 1024;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
