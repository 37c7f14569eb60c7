package io.sexton.demo.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A region that is opened from shared storage alone, and compared row by row with what it must contain. */
public final class RestoredRegion {

    private static final int MOST_PROBLEMS = 5;

    private RestoredRegion() {}

    /**
     * Opens the region in an empty directory and reads all of it.
     *
     * @return what is wrong with it, at most a few of all things; empty if every key and every value is right
     */
    public static List<String> problems(SharedRegion region, ExpectedContents expected, Path directory)
            throws IOException {
        try (Options options = new Options().setParanoidChecks(true)) {
            Restore.into(directory, region.manifestFile().load(), region.store(), region.metadata());
            try (RocksDB db =
                    RocksDB.openReadOnly(options, Engine.data(directory).toString())) {
                return compare(db, expected);
            }
        } catch (RocksDBException | IOException e) {
            return List.of("cannot be opened from the store: " + e);
        }
    }

    /** Compares the database with the expected contents, both in the order of the rows. */
    private static List<String> compare(RocksDB db, ExpectedContents expected) throws RocksDBException {
        List<String> problems = new ArrayList<>();
        int row = expected.nextRow(0);
        try (ReadOptions whole = new ReadOptions().setVerifyChecksums(true);
                RocksIterator found = db.newIterator(whole)) {
            for (found.seekToFirst(); found.isValid() && problems.size() < MOST_PROBLEMS; found.next()) {
                int has = Workload.row(found.key());
                for (; row < has; row = expected.nextRow(row + 1)) {
                    problems.add("row " + row + " is missing");
                }
                if (row > has) {
                    problems.add("row " + has + " should not exist");
                } else {
                    if (!Arrays.equals(found.value(), expected.value(row))) {
                        problems.add("row " + row + " has a wrong value");
                    }
                    row = expected.nextRow(row + 1);
                }
            }
            found.status();
        }
        if (problems.isEmpty() && row < expected.end()) {
            problems.add("row " + row + " is missing, and all after it");
        }
        return problems;
    }
}
