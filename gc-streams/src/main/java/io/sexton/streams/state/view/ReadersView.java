package io.sexton.streams.state.view;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.ReaderRow;
import io.sexton.streams.row.VersionPin;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The readers with an unexpired pin, read-only. */
public interface ReadersView {
    /** Visits all readers of a region with an unexpired pin, in order of their ids. */
    void forEach(RegionId region, BiConsumer<String, ReaderRow> visitor);

    boolean isPinnedByPath(RegionId region, FilePath path);

    /** Returns whether the path is the temporary manifest of an unexpired pin. */
    boolean isTempManifest(RegionId region, FilePath path);

    /** Returns a pin by version of an epoch below; {@code null}: none. */
    @Nullable
    VersionPin firstPinBelowEpoch(RegionId region, long epoch);

    /**
     * Returns a pin by version, of any epoch, with {@code from <= version < to}; {@code null}: none.
     *
     * @param to {@code null}: infinite
     */
    @Nullable
    VersionPin firstPinWithin(RegionId region, long from, @Nullable Long to);
}
