package io.sexton.archive;

import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.ArchiverProvider;

/** The kind {@code parquet}: metric checkpoints as one Parquet file for each cluster and period. */
public final class ParquetArchiverProvider implements ArchiverProvider {

    /** Called by the service loader. */
    public ParquetArchiverProvider() {}

    @Override
    public String kind() {
        return "parquet";
    }

    @Override
    public Archiver open(Settings settings) {
        return new ParquetArchiver(settings);
    }
}
