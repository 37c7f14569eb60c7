package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import org.junit.jupiter.api.Test;

final class RootShapeTest {

    private static boolean fits(String shape, String region, String root) {
        return RootShape.parse(shape).fits(new RegionRoot(RegionId.of(region), root));
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
    void takesTheSegmentsOfAnIdApart() {
        String shape = "{region/0}.db/t-{region/1}/data";
        assertThat(fits(shape, "sales/orders", "sales.db/t-orders/data")).isTrue();
        assertThat(fits(shape, "sales/orders", "sales.db/t-orders")).isFalse();
        assertThat(fits(shape, "sales/orders", "orders.db/t-sales/data")).isFalse();
        assertThat(fits(shape, "sales", "sales.db/t-/data")).isFalse();
        assertThat(fits(shape, "sales/orders/x", "sales.db/t-orders/data")).isFalse();
        assertThat(fits(shape, "sales/", "sales.db/t-/data")).isFalse();
        assertThat(fits("{region/0}/{region/1}", "a/.b", "a/.b")).isFalse();
        assertThat(RootShape.parse(shape).rootOf(RegionId.of("sales/$1")))
                .contains(new RegionRoot(RegionId.of("sales/$1"), "sales.db/t-$1/data"));
        assertThat(RootShape.parse(shape).rootOf(RegionId.of("sales"))).isEmpty();
        assertThat(RootShape.parse(shape).rootAt("sales.db/t-orders/data"))
                .contains(new RegionRoot(RegionId.of("sales/orders"), "sales.db/t-orders/data"));
        assertThat(RootShape.parse("{region/1}/{region/0}/{region/1}").rootAt("b/a/c"))
                .as("both places of a part must agree")
                .isEmpty();
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
        assertThat(fits("*", "r1", ".sexton")).isFalse();
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
        assertThatThrownBy(() -> RootShape.parse("{region/0}{region/1}")).hasMessageContaining("one placeholder");
        assertThatThrownBy(() -> RootShape.parse("{region/x}")).hasMessageContaining("{region/x}");
        assertThatThrownBy(() -> RootShape.parse("{region/10}")).hasMessageContaining("{region/10}");
    }

    @Test
    void rejectsShapesUnderWhichTwoRegionsWouldHaveOneRoot() {
        assertThatThrownBy(() -> RootShape.parse("{region/1}")).hasMessageContaining("lacks {region/0}");
        assertThatThrownBy(() -> RootShape.parse("{region/0}/{region/2}")).hasMessageContaining("lacks {region/1}");
        assertThatThrownBy(() -> RootShape.parse("{region}/{region/0}"))
                .hasMessageContaining("both {region} and parts");
    }
}
