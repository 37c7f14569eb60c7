package io.sexton.streams.state.view;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.KnownFile;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The files of a partition as they are stored, read-only. */
public interface FilesView {
    /** Returns a file as it is stored, regardless of unfinished sweeps; {@code null}: UNKNOWN. */
    @Nullable
    KnownFile find(RegionId region, FilePath path);

    /** Visits every file of every region, in order. Reads the whole store. */
    void forEach(BiConsumer<RegionId, Found> visitor);

    /** A file that a scan found. */
    record Found(FilePath path, KnownFile file) {}
}
