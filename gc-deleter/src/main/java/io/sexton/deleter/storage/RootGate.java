package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The check of a claimed root before any access under it: against the shapes that the store's configuration declares,
 * and if those do not identify the region of a root, against the record of its owner.
 *
 * <p>WARNING: the only protection of another region's files against a wrong RegionOpened (I1).
 */
final class RootGate {

    private final ObjectStore objects;
    private final Roots roots;
    private final RootOwners owners;

    RootGate(ObjectStore objects, Roots roots) {
        this.objects = objects;
        this.roots = roots;
        this.owners = new RootOwners(objects);
    }

    /** Returns whether the region may read under the root. Changes nothing. */
    Admission checkRead(RegionRoot root) {
        Optional<String> problem = roots.problemWith(root);
        if (problem.isPresent()) {
            return new Admission.Refused(problem.get());
        }
        return roots.areExclusive() ? owners.checkRead(root) : new Admission.Admitted();
    }

    /**
     * Returns whether the region may work under the root; the first region that does so owns an exclusive root from
     * then on.
     */
    Admission enter(RegionRoot root, CallGuard guard) {
        Optional<String> problem = roots.problemWith(root);
        if (problem.isPresent()) {
            return new Admission.Refused(problem.get());
        }
        return roots.areExclusive() ? owners.claim(root, guard) : new Admission.Admitted();
    }

    /** Gives up an exclusive root under which nothing is left. The region is gone. */
    void leave(RegionRoot root, CallGuard guard) {
        if (roots.areExclusive() && isGone(root, guard)) {
            owners.release(root, guard);
        }
    }

    private boolean isGone(RegionRoot root, CallGuard guard) {
        ObjectKey directory = ObjectKey.of(root.root());
        try {
            objects.list(
                    directory,
                    page -> {
                        if (!page.objects().isEmpty() || !page.directories().isEmpty()) {
                            throw StorageProblemException.unknown("not empty");
                        }
                    },
                    guard);
            return objects.changedAt(directory).isEmpty();
        } catch (StorageProblemException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Returns the regions that have a root in the store, as far as names and records identify them.
     *
     * @throws StorageProblemException if not all of them could be listed
     */
    List<RegionRoot> all(CallGuard guard) throws StorageProblemException, InterruptedException {
        if (!roots.areExclusive()) {
            return roots.rootsIn(objects, guard);
        }
        // A root whose name identifies a region may be owned by another region: the record decides.
        Set<RegionRoot> all = new LinkedHashSet<>();
        Set<String> owned = new LinkedHashSet<>();
        for (RegionRoot root : owners.all(guard)) {
            owned.add(root.root());
            if (roots.problemWith(root).isEmpty()) {
                all.add(root);
            }
        }
        roots.rootsIn(objects, guard).stream()
                .filter(root -> !owned.contains(root.root()))
                .forEach(all::add);
        return new ArrayList<>(all);
    }

    /** Returns the root of that region, if the shapes alone determine it. */
    Optional<RegionRoot> rootOf(RegionId region) {
        return roots.rootOf(region);
    }
}
