package io.sexton.demo.database;

import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.TableProperties;

/** A reader of SST files in the store. */
public final class StoredTable {

    /** A consumer of the rows of a file. */
    public interface Rows {
        void row(byte[] key, byte[] value) throws RocksDBException;
    }

    private StoredTable() {}

    /**
     * Reads a file from its first row to its last.
     *
     * @throws RocksDBException if it does not exist, or is damaged
     * @throws IOException if its number of rows differs from its metadata
     */
    public static void read(Path file, Rows rows) throws RocksDBException, IOException {
        try (Options options = new Options();
                ReadOptions whole = new ReadOptions().setVerifyChecksums(true).setFillCache(false);
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            long found = 0;
            try (SstFileReaderIterator row = reader.newIterator(whole)) {
                for (row.seekToFirst(); row.isValid(); row.next()) {
                    rows.row(row.key(), row.value());
                    found++;
                }
                row.status();
            }
            // A file has one entry for each of its keys; those that are deletions are not shown.
            TableProperties properties = reader.getTableProperties();
            long expected = properties.getNumEntries() - properties.getNumDeletions();
            if (found != expected) {
                throw new IOException(file + " shows " + found + " rows and its metadata has " + expected);
            }
        }
    }
}
