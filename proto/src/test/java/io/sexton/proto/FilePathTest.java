package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FilePathTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", ".a", "a..b/...", "sst/000123.sst", "データ/😀", "a b", "-", "\u00a0"})
    void acceptsRelativePaths(String path) {
        assertThat(FilePath.of(path).value()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "./a",
                "a/.",
                "a/./b",
                "a/..",
                "../a",
                "a/../b",
                "a\nb",
                "\u0000",
                "a\u007fb",
                "a\u0085b",
                "a\ud800",
                "\udc00a",
                "\ud800\ud800a"
            })
    void rejectsWhatIsNoPath(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> FilePath.of(path)).withMessageStartingWith("not a path");
    }
}
