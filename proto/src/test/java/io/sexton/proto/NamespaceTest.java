package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamespaceTest {

    @Test
    void prefixesNames() {
        assertThat(Namespace.of("prod").topic(Topics.EVENTS)).isEqualTo("prod.gc.events");
        assertThat(Namespace.of("prod").scoped("sexton-streams")).isEqualTo("prod.sexton-streams");
    }

    @Test
    void changesNoNameWithoutANamespace() {
        assertThat(Namespace.of("")).isEqualTo(Namespace.NONE);
        assertThat(Namespace.NONE.topic(Topics.EVENTS)).isEqualTo("gc.events");
        assertThat(Namespace.NONE.scoped("sexton-streams")).isEqualTo("sexton-streams");
    }

    /** A dot would make one namespace's prefix that of another: an ACL on "a." would grant "a.b.gc.events". */
    @ParameterizedTest
    @ValueSource(strings = {"a.b", ".", "a b", "-a", "_a", "ä", "a/b", "a\n", "a*"})
    void rejectsInvalidAndAmbiguousPrefixes(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Namespace.of(name))
                .withMessageContaining("is no namespace")
                .withMessageNotContaining("\n");
    }

    @Test
    void boundsTheLengthOfTopicNames() {
        assertThat(Namespace.of("a".repeat(100)).topic(Topics.EVENTS)).hasSizeLessThan(249);
        assertThatIllegalArgumentException().isThrownBy(() -> Namespace.of("a".repeat(101)));
    }
}
