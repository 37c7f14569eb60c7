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
 * The root shapes of one store (design, section 8, "Roots"). No two regions can have one root, and none can be in
 * another's, because
 * <ul>
 * <li>the root of each shape determines the region ({@link RootShape}), or else the store is declared
 * <em>exclusive</em>, and a record in the store states the owner of each root;
 * <li>no name fits two shapes where they first could differ, so a root is of one shape alone, and of two shapes none is
 * the beginning of the other;
 * <li>all roots of one shape have the same number of segments.
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
     * Returns roots whose names identify their regions.
     *
     * @throws IllegalArgumentException if a shape does not name the region, or two shapes overlap; the message states
     *     which, and how to correct it
     */
    public static Roots named(List<RootShape> shapes) {
        for (RootShape shape : shapes) {
            if (!shape.namesRegion()) {
                throw new IllegalArgumentException("the root shape '" + shape
                        + "' does not identify the region of a root, so two regions could have one root: put {region} into it, or"
                        + " declare the roots exclusive (roots: exclusive) if no two regions share one");
            }
        }
        return new Roots(shapes, false);
    }

    /** Returns roots of one shape, whose names identify their regions. */
    public static Roots named(RootShape shape) {
        return named(List.of(shape));
    }

    /**
     * Returns roots of which the operator states that no two regions share one; the first region that opens a root owns
     * it.
     *
     * @throws IllegalArgumentException if two shapes overlap
     */
    public static Roots exclusive(List<RootShape> shapes) {
        return new Roots(shapes, true);
    }

    /** Returns true if records state the owners of roots. */
    boolean areExclusive() {
        return exclusive;
    }

    /** Returns why this is no root of that region here, as a phrase for a report; empty if it is one. */
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

    /** Returns the root of that region, if the shapes leave no choice. */
    Optional<RegionRoot> rootOf(RegionId region) {
        List<RootShape> fitting =
                shapes.stream().filter(shape -> shape.mayHaveRootOf(region)).toList();
        return fitting.size() == 1 ? fitting.getFirst().rootOf(region) : Optional.empty();
    }

    /** Returns every root in the store whose name identifies its region. */
    List<RegionRoot> rootsIn(ObjectStore objects, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        List<RegionRoot> roots = new ArrayList<>();
        for (RootShape shape : shapes) {
            roots.addAll(shape.rootsIn(objects, guard));
        }
        return roots;
    }

    /**
     * Returns the root of that region at the beginning of a path. If it is none of this store, it has a shape's number
     * of segments, so that files kept under an earlier configuration can still be listed.
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
