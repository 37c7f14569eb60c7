package io.sexton.sources.rocksdb;

import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.FileRef;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in the store. Size and time let gc-deleter verify that it deletes this file and no later one of the same name.
 *
 * @param path RocksDB's name ({@code 000012.sst}); with the epoch ({@code 000012-epoch-7.sst}) if a new leader copied
 *     what an earlier one had not committed. No path is used twice
 * @param bytes its size
 * @param modifiedAt as the store reports it
 */
public record StoredFile(FilePath path, long bytes, Instant modifiedAt) {

    private static final Pattern WITH_EPOCH = Pattern.compile("(.+)-epoch-\\d+\\.sst");

    /** Returns the name that RocksDB has for the file. A restore to a local disk gives it this name. */
    public String rocksDbName() {
        Matcher matcher = WITH_EPOCH.matcher(path.value());
        return matcher.matches() ? matcher.group(1) + ".sst" : path.value();
    }

    /** Returns the path of a file that is copied at the start of an epoch. */
    static FilePath pathInEpoch(String rocksDbName, long epoch) {
        String stem = rocksDbName.substring(0, rocksDbName.length() - ".sst".length());
        return FilePath.of(stem + "-epoch-" + Long.toUnsignedString(epoch) + ".sst");
    }

    FileRef toRef() {
        return FileRef.newBuilder()
                .setPath(path.value())
                .setSizeBytes(bytes)
                .setModifiedAt(Times.toProto(modifiedAt))
                .build();
    }
}
