package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import org.junit.jupiter.api.Test;

final class RootShapeTest {

    private static boolean fits(String shape, String region, String root) {
        return RootShape.parse(shape)
                .problemWith(new RegionRoot(RegionId.of(region), root))
                .isEmpty();
    }

    @Test
    void holdsTheRootAgainstTheRegionsId() {
        assertThat(fits("{region}", "r1", "r1")).isTrue();
        assertThat(fits("{region}", "r1", "r2")).isFalse();
        assertThat(fits("data/region-{region}.d", "r1", "data/region-r1.d")).isTrue();
        assertThat(fits("data/region-{region}.d", "r1", "data/region-r11.d")).isFalse();
        assertThat(fits("*/{region}", "r1", "t1/r1")).isTrue();
        assertThat(fits("*/{region}", "r1", "t1/r2")).isFalse();
    }

    @Test
    void hasAFixedNumberOfSegmentsSoNoRootLiesInAnother() {
        assertThat(fits("*", "r1", "a")).isTrue();
        assertThat(fits("*", "r1", "a/b")).isFalse();
        assertThat(fits("*/*", "r1", "a")).isFalse();
        assertThat(fits("*/*", "r1", "a/b/c")).isFalse();
        // A region id can have slashes; a segment cannot.
        assertThat(fits("{region}", "a/b", "a/b")).isFalse();
    }

    @Test
    void keepsDotDirectoriesForTheStore() {
        assertThat(fits("*", "r1", ".trash")).isFalse();
        assertThat(fits("{region}", ".trash", ".trash")).isFalse();
        assertThat(fits("*/{region}", "r1", ".archive/r1")).isFalse();
        assertThatThrownBy(() -> RootShape.parse(".trash/*")).hasMessageContaining("'.'");
        assertThatThrownBy(() -> RootShape.parse(".*")).hasMessageContaining("'.'");
    }

    @Test
    void doesNotMatchAnAffixWithNothingBetween() {
        assertThat(fits("region-*", "r1", "region-")).isFalse();
        assertThat(fits("ab*ba", "r1", "aba")).isFalse();
        assertThat(fits("ab*ba", "r1", "ab1ba")).isTrue();
    }

    @Test
    void rejectsShapesItDoesNotUnderstand() {
        assertThatThrownBy(() -> RootShape.parse("")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> RootShape.parse("/data")).hasMessageContaining("begins with");
        assertThatThrownBy(() -> RootShape.parse("a/../b")).hasMessageContaining("..");
        assertThatThrownBy(() -> RootShape.parse("{tenant}/{region}")).hasMessageContaining("{tenant}");
        assertThatThrownBy(() -> RootShape.parse("**")).hasMessageContaining("one placeholder");
        assertThatThrownBy(() -> RootShape.parse("{region}*")).hasMessageContaining("one placeholder");
    }
}
