package io.sexton.deleter.app;

import io.sexton.service.StartupException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The locations of stores and archives, as far as a configuration names them. No two may overlap: files of one could
 * count as a region's files in the other, and be deleted (I1).
 */
final class Places {

    /** In a store, where no region's root can lie ({@code RootShape}). */
    private static final String ARCHIVE = ".archive";

    /** A location, with the key that configures it. */
    private sealed interface Place {

        String key();

        /** Returns true if it is inside the other location, or the same. */
        boolean isWithin(Place other);

        /** Returns the part of it that is reserved for an archive. */
        Place archive();
    }

    private record Directory(String key, Path path) implements Place {
        @Override
        public boolean isWithin(Place other) {
            return other instanceof Directory directory && path.startsWith(directory.path);
        }

        @Override
        public Place archive() {
            return new Directory(key, path.resolve(ARCHIVE));
        }
    }

    /** @param prefix with {@code /} at its end, unless it is empty */
    private record Bucket(String key, String endpoint, String bucket, String prefix) implements Place {
        @Override
        public boolean isWithin(Place other) {
            return other instanceof Bucket there
                    && endpoint.equals(there.endpoint)
                    && bucket.equals(there.bucket)
                    && prefix.startsWith(there.prefix);
        }

        @Override
        public Place archive() {
            return new Bucket(key, endpoint, bucket, prefix + ARCHIVE + "/");
        }
    }

    private Places() {}

    /** @throws StartupException naming both keys, if two locations overlap */
    static void requireApart(Map<String, DeleterConfiguration.Store> configured) {
        List<Place> stores = new ArrayList<>();
        List<Place> archives = new ArrayList<>();
        new TreeMap<>(configured).forEach((name, store) -> {
            String key = "sexton.stores." + name;
            stores.add(placeOf(ConfiguredStorage.of(key, store)));
            DeleterConfiguration.Archive archive = store.archive();
            if (archive.kind().isPresent()) {
                archives.add(placeOf(ConfiguredStorage.of(key + ".archive", archive)));
            }
        });
        for (int i = 0; i < stores.size(); i++) {
            for (Place other : stores.subList(i + 1, stores.size())) {
                requireApart(stores.get(i), other);
            }
            for (Place archive : archives) {
                requireArchiveApart(archive, stores.get(i));
            }
        }
    }

    private static void requireApart(Place store, Place other) {
        if (store.isWithin(other) || other.isWithin(store)) {
            throw new StartupException(store.key() + " and " + other.key() + " must not lie in each other");
        }
    }

    private static void requireArchiveApart(Place archive, Place store) {
        boolean among = archive.isWithin(store) && !archive.isWithin(store.archive());
        if (among || store.isWithin(archive)) {
            throw new StartupException(
                    archive.key() + " must lie apart from " + store.key() + ", unless in its " + ARCHIVE);
        }
    }

    /** Returns the location. WARNING: storage without one would overlap nothing (I1). */
    private static Place placeOf(ConfiguredStorage storage) {
        return switch (storage.type()) {
            case LOCAL ->
                new Directory(
                        storage.key() + ".path",
                        real(storage.requirePath().toAbsolutePath().normalize()));
            case S3 -> {
                DeleterConfiguration.S3 s3 = storage.s3();
                yield new Bucket(
                        storage.key() + ".s3",
                        s3.endpoint().map(Places::nameOf).orElse(""),
                        s3.bucket().orElseThrow(() -> storage.missing("s3.bucket")),
                        s3.prefix().map(each -> each + "/").orElse(""));
            }
        };
    }

    private static String nameOf(URI endpoint) {
        String text = endpoint.toString().toLowerCase(Locale.ROOT);
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Resolves links, as far as the path exists by now: two names may be one location. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            Path parent = path.getParent();
            Path name = path.getFileName();
            return parent == null || name == null ? path : real(parent).resolve(name);
        }
    }
}
