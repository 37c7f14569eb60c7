package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.index.Tally;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Stamp;
import io.sexton.streams.row.ReaderRow;
import io.sexton.streams.row.VersionPin;
import io.sexton.streams.state.view.ReadersView;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The readers with an unexpired pin. Pins by version are counted by (region, epoch, version), so that one seek for each
 * epoch decides on the protection of a file, and by region; file pins by (region, path). Not thread safe.
 */
public final class Readers implements ReadersView {
    private final RegionRows<ReaderRow> rows;
    private final Tally filePins;
    private final Tally versionPins;
    private final Tally versionPinsOfRegion;
    private final Tally tempManifests;

    Readers(OrderedStore store) {
        rows = new RegionRows<>(store, Tags.READERS, ReaderRow.parser());
        filePins = new Tally(store, Tags.FILE_PINS);
        versionPins = new Tally(store, Tags.VERSION_PINS);
        versionPinsOfRegion = new Tally(store, Tags.VERSION_PIN_COUNTS);
        tempManifests = new Tally(store, Tags.TEMP_MANIFEST_PINS);
    }

    @Nullable
    public ReaderRow get(RegionId region, String reader) {
        return rows.get(region, reader);
    }

    /** @param read what the caller has read: {@code null} */
    public void insert(RegionId region, String reader, @Nullable ReaderRow read, ReaderRow row) {
        rows.insert(region, reader, read, row);
        count(region, row, 1);
        countTempManifest(region, row, 1);
    }

    public void update(RegionId region, String reader, ReaderRow old, ReaderRow next) {
        rows.update(region, reader, old, next);
        if (!samePin(old, next)) {
            count(region, old, -1);
            count(region, next, 1);
        }
        countTempManifest(region, old, -1);
        countTempManifest(region, next, 1);
    }

    public void delete(RegionId region, String reader, ReaderRow old) {
        rows.delete(region, reader, old);
        count(region, old, -1);
        countTempManifest(region, old, -1);
    }

    public static boolean samePin(ReaderRow a, ReaderRow b) {
        return switch (a.getPinCase()) {
            case VERSION -> b.hasVersion() && a.getVersion().equals(b.getVersion());
            case FILES -> b.hasFiles() && paths(a).equals(paths(b));
            case PIN_NOT_SET -> !b.hasVersion() && !b.hasFiles();
        };
    }

    /** Returns the pinned paths, sorted: each replay must process them in the same order (I8). */
    public static SortedSet<String> paths(ReaderRow row) {
        return new TreeSet<>(row.getFiles().getPathsList());
    }

    /** Visits all readers of a region with an unexpired pin, in order of their ids. */
    @Override
    public void forEach(RegionId region, BiConsumer<String, ReaderRow> visitor) {
        rows.forEach(region, visitor);
    }

    /** Returns whether the path is the temporary manifest of an unexpired pin. */
    @Override
    public boolean isTempManifest(RegionId region, FilePath path) {
        return tempManifests.isAny(tempManifestKey(region, path.value()));
    }

    private void countTempManifest(RegionId region, ReaderRow row, int change) {
        if (row.getProtectsTempManifest()) {
            tempManifests.add(tempManifestKey(region, row.getTempManifest()), change);
        }
    }

    private byte[] tempManifestKey(RegionId region, String path) {
        return tempManifests.key().text(region.value()).tail(path).build();
    }

    @Override
    public boolean isPinnedByPath(RegionId region, FilePath path) {
        return filePins.isAny(pathKey(region, path.value()));
    }

    public boolean isVersionPinned(RegionId region, VersionPin pin) {
        return versionPins.isAny(versionKey(region, pin));
    }

    /** Returns a pin by version of an epoch below; {@code null}: none. */
    @Override
    @Nullable
    public VersionPin firstPinBelowEpoch(RegionId region, long epoch) {
        VersionPin first = firstPinAtOrAbove(region, 0, 0);
        return first != null && Stamp.isBelow(first.getEpoch(), epoch) ? first : null;
    }

    /**
     * Returns a pin by version, of any epoch, with {@code from <= version < to}; {@code null}: none.
     *
     * @param to {@code null}: infinite
     */
    @Override
    @Nullable
    public VersionPin firstPinWithin(RegionId region, long from, @Nullable Long to) {
        VersionPin pin = firstPinAtOrAbove(region, 0, from);
        while (pin != null) {
            if (Stamp.isBelow(pin.getVersion(), from)) {
                // The first pin of the next epoch is below the range: search within that epoch.
                pin = firstPinAtOrAbove(region, pin.getEpoch(), from);
            } else if (to == null || Stamp.isBelow(pin.getVersion(), to)) {
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
        if (!versionPinsOfRegion.isAny(ofRegion(region))) {
            return null;
        }
        byte[] all = versionPins.key().text(region.value()).build();
        byte[] from = versionKey(
                region,
                VersionPin.newBuilder().setEpoch(epoch).setVersion(version).build());
        byte[] first = versionPins.firstOf(from, Key.after(all));
        if (first == null) {
            return null;
        }
        Key.Reader parts = new Key.Reader(first);
        parts.text();
        return VersionPin.newBuilder()
                .setEpoch(parts.number())
                .setVersion(parts.number())
                .build();
    }

    /** Adds the row's pins to the counts, or subtracts them with -1. */
    private void count(RegionId region, ReaderRow row, int change) {
        switch (row.getPinCase()) {
            case VERSION -> {
                versionPins.add(versionKey(region, row.getVersion()), change);
                versionPinsOfRegion.add(ofRegion(region), change);
            }
            case FILES -> paths(row).forEach(path -> filePins.add(pathKey(region, path), change));
            case PIN_NOT_SET -> {}
        }
    }

    /** Writes the changed counts. Must be called after each record. */
    void flush() {
        filePins.flush();
        versionPins.flush();
        versionPinsOfRegion.flush();
        tempManifests.flush();
    }

    private byte[] pathKey(RegionId region, String path) {
        return filePins.key().text(region.value()).tail(path).build();
    }

    private byte[] ofRegion(RegionId region) {
        return versionPinsOfRegion.key().text(region.value()).build();
    }

    private byte[] versionKey(RegionId region, VersionPin pin) {
        return versionPins
                .key()
                .text(region.value())
                .number(pin.getEpoch())
                .number(pin.getVersion())
                .build();
    }
}
