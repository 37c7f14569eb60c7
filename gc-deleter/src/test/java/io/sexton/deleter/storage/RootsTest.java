package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RootsTest {

    private static Roots named(String... shapes) {
        return Roots.named(List.of(shapes).stream().map(RootShape::parse).toList());
    }

    private static boolean admits(Roots roots, String region, String root) {
        return roots.problemWith(new RegionRoot(RegionId.of(region), root)).isEmpty();
    }

    @Test
    void admitsRootsOfEachShape() {
        Roots roots = named("metrics/{region}", "tables/{region/0}/{region/1}");

        assertThat(admits(roots, "m1", "metrics/m1")).isTrue();
        assertThat(admits(roots, "db/t1", "tables/db/t1")).isTrue();
        assertThat(admits(roots, "m1", "tables/m1")).isFalse();
        assertThat(roots.problemWith(new RegionRoot(RegionId.of("m1"), "x/m1")))
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("x/m1", "'metrics/{region}' or 'tables/{region/0}/{region/1}'"));
        assertThat(roots.rootOf(RegionId.of("m1"))).contains(new RegionRoot(RegionId.of("m1"), "metrics/m1"));
        assertThat(roots.rootOf(RegionId.of("db/t1"))).contains(new RegionRoot(RegionId.of("db/t1"), "tables/db/t1"));
        assertThat(named("a/{region}", "b/{region}").rootOf(RegionId.of("m1")))
                .as("two are possible")
                .isEmpty();
    }

    @Test
    void requiresShapesThatIdentifyTheRegionOfARoot() {
        assertThatThrownBy(() -> named("{region}", "data/*"))
                .hasMessageContainingAll("'data/*'", "{region}", "roots: exclusive");
        assertThat(Roots.exclusive(List.of(RootShape.parse("data/*"))).areExclusive())
                .isTrue();
        assertThatThrownBy(() -> named()).hasMessageContaining("at least one");
    }

    @Test
    void requiresShapesThatAreApart() {
        for (String[] shapes : new String[][] {
            {"{region}", "{region}"},
            {"{region}", "data/{region}"},
            {"{region}", "{region/0}/{region/1}"},
            {"{region/0}/{region/1}", "{region/1}/{region/0}"},
            {"a-{region}", "a-b-{region}"},
            {"data/{region}", "*/{region/0}/{region/1}"},
            {"a*/{region}", "*b/{region}"},
        }) {
            assertThatThrownBy(() -> named(shapes)).as("%s", List.of(shapes)).hasMessageContaining("literal text");
            assertThatThrownBy(() -> Roots.exclusive(
                            List.of(shapes).stream().map(RootShape::parse).toList()))
                    .hasMessageContaining("literal text");
        }
        assertThat(named("a/{region}", "b/{region}", "c/*/{region}", "a-{region}/x", "b-{region}/x"))
                .isNotNull();
    }

    /** I1: for all shapes that a store may have, no two regions have one root, and none is in another's. */
    @Test
    void givesNoTwoRegionsOneRootNorOneInAnother() {
        String[] names = {
            "a", "b", "ab", "a-b", "-", "a.d", ".a", ".trash", ".sexton", ".archive", "data", "", "..", "."
        };
        String[] segments = {
            "{region}",
            "{region/0}",
            "{region/1}",
            "{region/2}",
            "*",
            "a",
            "data",
            "a-{region}",
            "{region}.d",
            "a{region/0}",
            "{region/1}-b",
            "*-b",
            "a*",
            "{region/0}.d",
        };
        int stores = 0;
        int shared = 0;
        for (long seed = 0; seed < 40_000; seed++) {
            Random random = new Random(seed);
            Optional<Roots> roots = randomRoots(random, segments);
            if (roots.isEmpty()) {
                continue;
            }
            stores++;
            List<RegionRoot> admitted = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String region = randomPath(random, names);
                if (RegionId.problemWith(region).isPresent()) {
                    continue;
                }
                RegionRoot root = roots.get()
                        .rootOf(RegionId.of(region))
                        .orElseGet(() -> new RegionRoot(RegionId.of(region), randomPath(random, names)));
                if (roots.get().problemWith(root).isEmpty()) {
                    admitted.add(root);
                }
            }
            for (RegionRoot one : admitted) {
                assertThat(one.root().split("/", -1)).as("seed %d", seed).noneMatch(name -> name.startsWith("."));
                for (RegionRoot other : admitted) {
                    if (!one.region().equals(other.region())) {
                        shared++;
                        assertThat(one.root())
                                .as("seed %d: %s of %s and %s", seed, roots, one.region(), other.region())
                                .isNotEqualTo(other.root())
                                .doesNotStartWith(other.root() + "/");
                    }
                }
            }
        }
        assertThat(stores).as("stores that may be").isGreaterThan(500);
        assertThat(shared).as("pairs of roots in one store").isGreaterThan(10_000);
    }

    private static Optional<Roots> randomRoots(Random random, String[] segments) {
        List<RootShape> shapes = new ArrayList<>();
        try {
            for (int i = 0; i <= random.nextInt(3); i++) {
                shapes.add(RootShape.parse(randomPath(random, segments)));
            }
            return Optional.of(Roots.named(shapes));
        } catch (IllegalArgumentException notAllowed) {
            return Optional.empty();
        }
    }

    private static String randomPath(Random random, String[] names) {
        List<String> path = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            path.add(names[random.nextInt(names.length)]);
        }
        return String.join("/", path);
    }
}
