package io.sexton.deleter.app;

import io.sexton.deleter.core.Floors;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.Roots;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.service.StartupException;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of a store, out of its part of the configuration. */
final class ConfiguredRules {

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
        DeleterConfiguration.MinimumLinger configured = store.minimumLinger();
        Map<Reason, Duration> linger = new EnumMap<>(Reason.class);
        linger.put(Reason.OBSOLETE, configured.obsolete());
        linger.put(Reason.ORPHAN, configured.orphan());
        linger.put(Reason.TEMPORARY, configured.temporary());
        linger.put(Reason.WRITE_ABORTED, configured.writeAborted());
        linger.put(Reason.REGION_GONE, configured.regionGone());
        linger.put(Reason.EXPIRED, configured.expired());
        linger.put(Reason.STALE_TEMP_MANIFEST, configured.staleTempManifest());
        try {
            return new Floors(linger, store.minimumAge());
        } catch (IllegalArgumentException e) {
            throw new StartupException(key + ": " + e.getMessage(), e);
        }
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
