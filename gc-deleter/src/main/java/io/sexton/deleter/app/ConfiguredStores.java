package io.sexton.deleter.app;

import io.sexton.deleter.archive.CopyArchiver;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.ArchiverProvider;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LimitedStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.s3.S3Clients;
import io.sexton.deleter.storage.s3.S3ObjectStore;
import io.sexton.deleter.storage.s3.S3Settings;
import io.sexton.service.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** The stores that a configuration names. They stay open for the life of the process. */
final class ConfiguredStores {

    /** The kind of archive that this module has itself. */
    static final String COPY = "copy";

    private ConfiguredStores() {}

    /** @throws StartupException naming the key that is wrong */
    static Map<String, FileStore> of(
            Map<String, DeleterConfiguration.Store> configured, StoreLimits limits, Duration callTimeout) {
        if (configured.isEmpty()) {
            throw new StartupException("sexton.stores must name at least one store");
        }
        Map<String, FileStore> stores = new HashMap<>();
        new TreeMap<>(configured).forEach((name, store) -> {
            String key = "sexton.stores." + name;
            try {
                stores.put(
                        name,
                        new FileStore(
                                new LimitedStore(
                                        objects(ConfiguredStorage.of(key, store), callTimeout), limits.of(name)),
                                ConfiguredRules.of(key, store),
                                archiver(key + ".archive", store, callTimeout)));
            } catch (IllegalArgumentException e) {
                throw new StartupException(key + ": " + e.getMessage(), e);
            }
        });
        Places.requireApart(configured);
        return stores;
    }

    private static ObjectStore objects(ConfiguredStorage storage, Duration callTimeout) {
        return switch (storage.type()) {
            case LOCAL ->
                new LocalObjectStore(new LocalStoreSettings(
                        storage.requirePath(), storage.marker().orElse(null)));
            case S3 -> s3(storage, callTimeout);
        };
    }

    private static S3Settings settings(ConfiguredStorage storage) {
        String key = storage.key();
        DeleterConfiguration.S3 s3 = storage.s3();
        return new S3Settings(
                s3.bucket().orElseThrow(() -> storage.missing("s3.bucket")),
                s3.prefix().orElse(""),
                s3.region().orElse(null),
                s3.endpoint().orElse(null),
                s3.pathStyle(),
                s3.contentMd5(),
                s3.pageSize(),
                s3.keysPerSecond(),
                s3.requestTimeout(),
                s3.backoff(),
                choice(key + ".s3.conditional-deletes", S3Settings.Conditional.class, s3.conditionalDeletes()),
                choice(key + ".s3.versions", S3Settings.Versions.class, s3.versions()),
                s3.connections());
    }

    private static <E extends Enum<E>> E choice(String key, Class<E> type, String name) {
        for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
                return each;
            }
        }
        throw new StartupException(key + " does not know '" + name + "'");
    }

    private static @Nullable Archiver archiver(String key, DeleterConfiguration.Store store, Duration callTimeout) {
        DeleterConfiguration.Archive archive = store.archive();
        if (archive.kind().isEmpty()) {
            return null;
        }
        String kind = archive.kind().get();
        ConfiguredStorage storage = ConfiguredStorage.of(key, archive);
        if (kind.equals(COPY)) {
            return new CopyArchiver(objects(storage, callTimeout));
        }
        Map<String, ArchiverProvider> others = new TreeMap<>();
        ServiceLoader.load(ArchiverProvider.class).forEach(provider -> others.put(provider.kind(), provider));
        ArchiverProvider provider = others.get(kind);
        if (provider == null) {
            throw new StartupException(key + ".kind must be " + COPY
                    + others.keySet().stream().map(other -> " or " + other).collect(Collectors.joining()) + ", not '"
                    + kind + "'");
        }
        return provider.open(new ArchiverProvider.Settings(
                storage.requirePath(),
                archive.period(),
                archive.readers(),
                storage.marker().orElse(null)));
    }

    private static ObjectStore s3(ConfiguredStorage storage, Duration callTimeout) {
        String key = storage.key();
        S3Settings settings = settings(storage);
        // A call must have time for a stat and a delete, or no call would ever begin its delete.
        if (settings.requestTimeout().multipliedBy(2).compareTo(callTimeout) >= 0) {
            throw new StartupException(
                    key + ".s3.request-timeout must be less than half of sexton.storage.call-timeout");
        }
        try {
            return new S3ObjectStore(S3Clients.open(settings, null), settings);
        } catch (SdkException e) {
            throw new StartupException(key + ".s3: " + e.getMessage(), e);
        }
    }
}
