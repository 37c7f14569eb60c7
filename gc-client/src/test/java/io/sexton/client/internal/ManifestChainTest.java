package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.VersionConflictException;
import io.sexton.v1.ManifestEdit;
import org.junit.jupiter.api.Test;

final class ManifestChainTest {

    private final ManifestChain chain = new ManifestChain(5);

    @Test
    void followsTheCommits() {
        chain.check(edit(5, 6));
        chain.advance(edit(5, 6));
        chain.check(edit(6, 9));
        chain.advance(edit(6, 9));

        assertThat(chain.version()).isEqualTo(9);
    }

    @Test
    void rejectsAnEditWhoseBaseIsMissing() {
        assertThatThrownBy(() -> chain.check(edit(6, 7)))
                .isInstanceOf(VersionConflictException.class)
                .hasMessage("edit from version 6 to 7, but published so far: 5");
    }

    @Test
    void rejectsAnEditThatWasPublishedAlready() {
        assertThatThrownBy(() -> chain.check(edit(4, 5))).isInstanceOf(VersionConflictException.class);
    }

    @Test
    void rejectsAVersionThatIsNotAboveItsBase() {
        assertThatThrownBy(() -> chain.check(edit(5, 5))).isInstanceOf(VersionConflictException.class);
        assertThatThrownBy(() -> chain.check(edit(5, 4))).isInstanceOf(VersionConflictException.class);
    }

    @Test
    void comparesVersionsUnsigned() {
        ManifestChain high = new ManifestChain(-2);

        high.check(edit(-2, -1));
        assertThatThrownBy(() -> high.check(edit(-2, 3)))
                .hasMessage("edit to version 3, which is not above its base 18446744073709551614");
    }

    @Test
    void rejectsAnEditWithoutAVersionInAManifestWithVersions() {
        assertThatThrownBy(() -> chain.check(edit(0, 0)))
                .hasMessage("edit without a version in a manifest that is at version 5");
    }

    @Test
    void acceptsManifestsWithoutVersions() {
        ManifestChain without = new ManifestChain(0);

        without.check(edit(0, 0));
        without.advance(edit(0, 0));
        without.check(edit(0, 0));
    }

    private static ManifestEdit edit(long base, long version) {
        return ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .build();
    }
}
