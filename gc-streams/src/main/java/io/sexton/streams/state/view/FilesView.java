package io.sexton.streams.state.view;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.row.FileRow;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The files of a partition, read-only. */
public interface FilesView {
    /** Returns a file's stored row; {@code null}: UNKNOWN. */
    @Nullable
    FileRow peek(RegionId region, FilePath path);

    /** Visits every file of every region, in order. Reads the whole store. */
    void forEach(BiConsumer<RegionId, Found> visitor);

    /** A file that a scan found. */
    record Found(FilePath path, FileRow row) {}
}
