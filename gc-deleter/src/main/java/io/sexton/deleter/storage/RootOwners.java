package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of the owners of roots, in a store whose layout does not identify them. The record of a root is the
 * object {@code .sexton/roots/ROOT/.owner}, and holds the id of the region in UTF-8. It is outside of every root, so no
 * listing of a region names it, and under a name that no segment of a root has.
 *
 * <p>WARNING: a record is written only if there is none, by an operation that the storage makes exclusive, and never
 * replaced. It is the only protection against two regions with one root (I1). It is read again before each storage
 * call.
 */
final class RootOwners {

    private static final ObjectKey DIRECTORY = ObjectKey.of(".sexton/roots");
    private static final String RECORD = ".owner";

    private final ObjectStore objects;

    RootOwners(ObjectStore objects) {
        this.objects = objects;
    }

    private sealed interface Owner {
        record None() implements Owner {}

        record Region(RegionId region) implements Owner {}
    }

    /** Returns whether the region may read under the root: it is the owner, or there is none. */
    Admission checkRead(RegionRoot root) {
        try {
            return switch (owner(root)) {
                case Owner.None none -> new Admission.Admitted();
                case Owner.Region owner -> judge(root, owner.region());
            };
        } catch (StorageProblemException e) {
            return unknown(root, e);
        }
    }

    /** Makes the region the owner of the root, unless there is one. */
    Admission claim(RegionRoot root, CallGuard guard) {
        try {
            if (owner(root) instanceof Owner.Region owner) {
                return judge(root, owner.region());
            }
            byte[] record = root.region().value().getBytes(StandardCharsets.UTF_8);
            var unused = objects.create(recordOf(root), record, guard);
            // WARNING: read back after any response of the storage: another deleter may have been first.
            return switch (owner(root)) {
                case Owner.None none ->
                    new Admission.Unknown("the record of who owns root '" + root.root() + "' was not kept");
                case Owner.Region owner -> judge(root, owner.region());
            };
        } catch (StorageProblemException e) {
            return unknown(root, e);
        }
    }

    /** Removes the record of a root that is gone, if it is the region's. Best effort: a record that stays keeps others out. */
    void release(RegionRoot root, CallGuard guard) {
        ObjectKey record = recordOf(root);
        try {
            if (owner(root) instanceof Owner.Region owner
                    && owner.region().equals(root.region())
                    && objects.stat(record) instanceof Lookup.Found found) {
                var unused = objects.deleteMany(
                        List.of(new ObjectDeletion(record, Expectation.exactly(found.facts()))), guard);
                objects.prune(ObjectKey.of(record.parent()));
            }
        } catch (StorageProblemException stays) {
            // The next command of the region, or its next life, finds the record as it is.
        }
    }

    /**
     * Returns every root that has an owner.
     *
     * @throws StorageProblemException if not all records could be read
     */
    List<RegionRoot> all(CallGuard guard) throws StorageProblemException, InterruptedException {
        List<String> owned = new ArrayList<>();
        Tree.walk(
                objects,
                DIRECTORY,
                page -> page.objects().stream()
                        .filter(each -> each.key().name().equals(RECORD))
                        .map(each ->
                                each.key().parent().substring(DIRECTORY.value().length() + 1))
                        .forEach(owned::add),
                guard);
        List<RegionRoot> roots = new ArrayList<>();
        for (String root : owned) {
            if (ownerIn(keyOf(root)) instanceof Owner.Region owner) {
                roots.add(new RegionRoot(owner.region(), root));
            }
        }
        return roots;
    }

    private Owner owner(RegionRoot root) throws StorageProblemException {
        return ownerIn(recordOf(root));
    }

    private Owner ownerIn(ObjectKey record) throws StorageProblemException {
        byte[] content;
        try (InputStream in = objects.read(record)) {
            content = in.readNBytes(RegionId.MAX_BYTES + 1);
        } catch (StorageProblemException e) {
            if (e.kind() == StorageProblemException.Kind.ABSENT) {
                return new Owner.None();
            }
            throw e;
        } catch (IOException e) {
            throw StorageProblemException.unknown("cannot read " + record, e);
        }
        try {
            return new Owner.Region(RegionId.fromKey(content));
        } catch (IllegalArgumentException e) {
            throw StorageProblemException.unknown(record + " holds no region id; remove it if its root has no owner");
        }
    }

    private static Admission judge(RegionRoot root, RegionId owner) {
        return owner.equals(root.region())
                ? new Admission.Admitted()
                : new Admission.Refused("the root '" + root.root() + "' is owned by region '" + owner
                        + "', by the record " + recordOf(root));
    }

    private static Admission unknown(RegionRoot root, StorageProblemException e) {
        return new Admission.Unknown("cannot find out who owns root '" + root.root() + "': " + e.detail());
    }

    private static ObjectKey recordOf(RegionRoot root) {
        return keyOf(root.root());
    }

    private static ObjectKey keyOf(String root) {
        return DIRECTORY.child(root).child(RECORD);
    }
}
