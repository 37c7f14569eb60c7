package io.sexton.deleter.app;

import io.sexton.deleter.core.Floors;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.Roots;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.service.StartupException;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of a store, out of its part of the configuration. */
final class ConfiguredRules {

    /** All reasons that a command can state. Floors of unknown ones follow from these ({@link Floors}). */
    private static final Set<Reason> REASONS =
            EnumSet.complementOf(EnumSet.of(Reason.REASON_UNSPECIFIED, Reason.UNRECOGNIZED));

    private ConfiguredRules() {}

    /** @throws StartupException naming the key that is wrong */
    static StoreRules of(String key, DeleterConfiguration.Store store) {
        if (!store.trashRetention().isPositive()) {
            throw new StartupException(key + ".trash-retention must be positive");
        }
        return new StoreRules(
                roots(key, store), floors(key, store), removesEmptyDirectories(key, store), store.trashRetention());
    }

    private static Roots roots(String key, DeleterConfiguration.Store store) {
        boolean exclusive = isExclusive(key, store.roots());
        try {
            List<RootShape> shapes =
                    store.rootShape().stream().map(RootShape::parse).toList();
            return exclusive ? Roots.exclusive(shapes) : Roots.named(shapes);
        } catch (IllegalArgumentException e) {
            throw new StartupException(key + ".root-shape: " + e.getMessage(), e);
        }
    }

    private static boolean isExclusive(String key, Optional<String> roots) {
        if (roots.isEmpty()) {
            return false;
        }
        if (!roots.get().equals("exclusive")) {
            throw new StartupException(
                    key + ".roots must be exclusive, or left out where the root shapes name the region, not '"
                            + roots.get() + "'");
        }
        return true;
    }

    private static Floors floors(String key, DeleterConfiguration.Store store) {
        Map<Reason, Duration> linger = new EnumMap<>(Reason.class);
        for (Reason reason : REASONS) {
            linger.put(reason, minimumLinger(store.minimumLinger(), reason));
        }
        try {
            return new Floors(linger, store.minimumAge());
        } catch (IllegalArgumentException e) {
            throw new StartupException(key + ": " + e.getMessage(), e);
        }
    }

    /** Returns the floor of a reason. WARNING: a reason without one would let its files go at once (I1). */
    private static Duration minimumLinger(DeleterConfiguration.MinimumLinger configured, Reason reason) {
        return switch (reason) {
            case OBSOLETE -> configured.obsolete();
            case ORPHAN -> configured.orphan();
            case TEMPORARY -> configured.temporary();
            case WRITE_ABORTED -> configured.writeAborted();
            case REGION_GONE -> configured.regionGone();
            case EXPIRED -> configured.expired();
            case STALE_TEMP_MANIFEST -> configured.staleTempManifest();
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(reason + " has no floor");
        };
    }

    private static boolean removesEmptyDirectories(String key, DeleterConfiguration.Store store) {
        return switch (store.emptyDirectories()) {
            case "keep" -> false;
            case "remove" -> true;
            default ->
                throw new StartupException(
                        key + ".empty-directories must be keep or remove, not '" + store.emptyDirectories() + "'");
        };
    }
}
