package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The root shapes of one store (design, section 8, "Roots"). No two regions can have one root, and none can lie in
 * another's, because
 * <ul>
 *   <li>the root of each shape determines the region ({@link RootShape}), or else the store is declared
 *       <em>exclusive</em>, and a record of the store's own states who owns a root;
 *   <li>no name fits two shapes where they first could differ, so a root is of one shape alone, and of two shapes none
 *       is the beginning of the other;
 *   <li>all roots of one shape have the same number of segments.
 * </ul>
 *
 * <p>Immutable.
 */
public final class Roots {

    private final List<RootShape> shapes;
    private final boolean exclusive;

    private Roots(List<RootShape> shapes, boolean exclusive) {
        if (shapes.isEmpty()) {
            throw new IllegalArgumentException("a store needs at least one root shape");
        }
        for (int i = 0; i < shapes.size(); i++) {
            for (RootShape other : shapes.subList(i + 1, shapes.size())) {
                // WARNING: else two regions could have one root, or one root could lie in another's (I1).
                if (shapes.get(i).meets(other)) {
                    throw new IllegalArgumentException(
                            "a root of shape '" + shapes.get(i) + "' can be, hold or lie in a"
                                    + " root of shape '" + other
                                    + "': let them differ in the literal text of a segment that both have");
                }
            }
        }
        this.shapes = List.copyOf(shapes);
        this.exclusive = exclusive;
    }

    /**
     * Roots that tell by their names whose they are.
     *
     * @throws IllegalArgumentException if a shape does not name the region, or two shapes are not apart; the message
     *     states which, and how to correct it
     */
    public static Roots named(List<RootShape> shapes) {
        for (RootShape shape : shapes) {
            if (!shape.namesRegion()) {
                throw new IllegalArgumentException("the root shape '" + shape
                        + "' does not tell whose a root is, so two regions could have one root: put {region} into it, or"
                        + " declare the roots exclusive (roots: exclusive) if no two regions share one");
            }
        }
        return new Roots(shapes, false);
    }

    /** Roots that tell by their names whose they are, all of one shape. */
    public static Roots named(RootShape shape) {
        return named(List.of(shape));
    }

    /**
     * Roots of which the operator states that no two regions share one; the first region that opens a root owns it.
     *
     * @throws IllegalArgumentException if two shapes are not apart
     */
    public static Roots exclusive(List<RootShape> shapes) {
        return new Roots(shapes, true);
    }

    /** Whether records state who owns a root. */
    boolean areExclusive() {
        return exclusive;
    }

    /** Why this is no root of that region here, as a phrase for a report; empty if it is one. */
    Optional<String> problemWith(RegionRoot claimed) {
        Optional<String> noPath = FilePath.problemWith(claimed.root());
        if (noPath.isPresent()) {
            return Optional.of("the region's root " + noPath.get());
        }
        return shapes.stream().anyMatch(shape -> shape.fits(claimed))
                ? Optional.empty()
                : Optional.of("the region's root '" + claimed.root() + "' does not have the store's root shape "
                        + shapes.stream().map(shape -> "'" + shape + "'").collect(Collectors.joining(" or ")));
    }

    /** The root of that region, where the shapes leave no choice. */
    Optional<RegionRoot> rootOf(RegionId region) {
        List<RootShape> fitting =
                shapes.stream().filter(shape -> shape.mayHaveRootOf(region)).toList();
        return fitting.size() == 1 ? fitting.getFirst().rootOf(region) : Optional.empty();
    }

    /** Every root in the store that tells by its name whose it is. */
    List<RegionRoot> rootsIn(ObjectStore objects, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        List<RegionRoot> roots = new ArrayList<>();
        for (RootShape shape : shapes) {
            roots.addAll(shape.rootsIn(objects, guard));
        }
        return roots;
    }

    /**
     * The root of that region that a path begins with; a shape's number of segments where none of the store is, so that
     * what was kept under an earlier configuration can still be seen.
     *
     * @param segments more than the root has
     */
    String rootBefore(RegionId region, List<String> segments) {
        for (RootShape shape : shapes) {
            if (shape.segments() < segments.size()) {
                String root = String.join("/", segments.subList(0, shape.segments()));
                if (shape.fits(new RegionRoot(region, root))) {
                    return root;
                }
            }
        }
        int length = Math.min(shapes.getFirst().segments(), segments.size() - 1);
        return String.join("/", segments.subList(0, length));
    }

    @Override
    public String toString() {
        return shapes.toString();
    }
}
