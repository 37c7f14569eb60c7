package io.sexton.streams.core;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.core.row.ReaderRow;
import io.sexton.streams.core.row.VersionPin;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The readers with a living pin, and what they pin. Version pins are indexed by (region, epoch, version), so that one
 * seek an epoch decides whether any of them protects a file; file pins by (region, path, reader). Not thread safe.
 */
final class Readers {
    private final Table<ReaderRow> rows;
    private final KeySet filePins;
    private final KeySet versionPins;

    Readers(OrderedStore store) {
        rows = new Table<>(store, Tags.READERS, ReaderRow.parser());
        filePins = new KeySet(store, Tags.FILE_PINS);
        versionPins = new KeySet(store, Tags.VERSION_PINS);
    }

    @Nullable
    ReaderRow get(RegionId region, String reader) {
        return rows.get(key(region, reader));
    }

    /** Inserts or replaces a reader, with what it pins. */
    void put(RegionId region, String reader, @Nullable ReaderRow old, ReaderRow next) {
        if (old == null || !samePin(old, next)) {
            if (old != null) {
                unpin(region, reader, old);
            }
            pin(region, reader, next);
        }
        rows.put(key(region, reader), next);
    }

    void remove(RegionId region, String reader, ReaderRow old) {
        unpin(region, reader, old);
        rows.delete(key(region, reader));
    }

    static boolean samePin(ReaderRow a, ReaderRow b) {
        return switch (a.getPinCase()) {
            case VERSION -> b.hasVersion() && a.getVersion().equals(b.getVersion());
            case FILES -> b.hasFiles() && paths(a).equals(paths(b));
            case PIN_NOT_SET -> !b.hasVersion() && !b.hasFiles();
        };
    }

    /** Sorted: what is done for each of them must be done in the same order in each replay (I8). */
    static SortedSet<String> paths(ReaderRow row) {
        return new TreeSet<>(row.getFiles().getPathsList());
    }

    /** Visits all readers of a region with a living pin, in order of their ids. */
    void forEach(RegionId region, BiConsumer<String, ReaderRow> visitor) {
        rows.forEach(rows.key().text(region.value()).build(), stored -> {
            var parts = stored.parts();
            parts.text();
            visitor.accept(parts.tail(), stored.row());
        });
    }

    boolean isPinnedByPath(RegionId region, FilePath path) {
        return filePins.anyUnder(pathPrefix(region, path));
    }

    boolean isVersionPinned(RegionId region, VersionPin pin) {
        return versionPins.anyUnder(versionPrefix(region, pin));
    }

    /** Any pin by version of an epoch below. */
    @Nullable
    VersionPin firstPinBelowEpoch(RegionId region, long epoch) {
        VersionPin first = firstPinAtOrAbove(region, 0, 0);
        return first != null && Stamps.isBelow(first.getEpoch(), epoch) ? first : null;
    }

    /**
     * A pin by version, of any epoch, with {@code from <= version < to}.
     *
     * @param to {@code null}: infinite
     */
    @Nullable
    VersionPin firstPinWithin(RegionId region, long from, @Nullable Long to) {
        VersionPin pin = firstPinAtOrAbove(region, 0, from);
        while (pin != null) {
            if (Stamps.isBelow(pin.getVersion(), from)) {
                // The first of the next epoch lies below the range: look inside that epoch.
                pin = firstPinAtOrAbove(region, pin.getEpoch(), from);
            } else if (to == null || Stamps.isBelow(pin.getVersion(), to)) {
                return pin;
            } else if (pin.getEpoch() == -1L) {
                return null;
            } else {
                pin = firstPinAtOrAbove(region, pin.getEpoch() + 1, 0);
            }
        }
        return null;
    }

    private @Nullable VersionPin firstPinAtOrAbove(RegionId region, long epoch, long version) {
        byte[] all = versionPins.key().text(region.value()).build();
        byte[] from = versionPins
                .key()
                .text(region.value())
                .number(epoch)
                .number(version)
                .build();
        List<byte[]> first = versionPins.page(from, Key.after(all), 1);
        if (first.isEmpty()) {
            return null;
        }
        Key.Reader parts = new Key.Reader(first.get(0));
        parts.text();
        return VersionPin.newBuilder()
                .setEpoch(parts.number())
                .setVersion(parts.number())
                .build();
    }

    private void pin(RegionId region, String reader, ReaderRow row) {
        switch (row.getPinCase()) {
            case VERSION -> versionPins.add(versionKey(region, reader, row.getVersion()));
            case FILES -> row.getFiles().getPathsList().forEach(path -> filePins.add(pathKey(region, path, reader)));
            case PIN_NOT_SET -> {}
        }
    }

    private void unpin(RegionId region, String reader, ReaderRow row) {
        switch (row.getPinCase()) {
            case VERSION -> versionPins.remove(versionKey(region, reader, row.getVersion()));
            case FILES -> row.getFiles().getPathsList().forEach(path -> filePins.remove(pathKey(region, path, reader)));
            case PIN_NOT_SET -> {}
        }
    }

    private byte[] key(RegionId region, String reader) {
        return rows.key().text(region.value()).tail(reader).build();
    }

    private byte[] pathPrefix(RegionId region, FilePath path) {
        return filePins.key().text(region.value()).text(path.value()).build();
    }

    private byte[] pathKey(RegionId region, String path, String reader) {
        return filePins.key().text(region.value()).text(path).tail(reader).build();
    }

    private byte[] versionPrefix(RegionId region, VersionPin pin) {
        return versionPins
                .key()
                .text(region.value())
                .number(pin.getEpoch())
                .number(pin.getVersion())
                .build();
    }

    private byte[] versionKey(RegionId region, String reader, VersionPin pin) {
        return versionPins
                .key()
                .text(region.value())
                .number(pin.getEpoch())
                .number(pin.getVersion())
                .tail(reader)
                .build();
    }
}
