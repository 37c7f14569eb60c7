package io.sexton.demo.database;

import com.google.protobuf.Timestamp;
import io.sexton.proto.FilePath;
import io.sexton.v1.FileRef;
import java.time.Instant;

/**
 * A file in the store. Size and time let gc-deleter verify that it deletes this file and no later one of the same name.
 *
 * @param bytes its size
 * @param modifiedAt as the store reports it
 */
public record StoredFile(FilePath path, long bytes, Instant modifiedAt) {

    FileRef toRef() {
        return FileRef.newBuilder()
                .setPath(path.value())
                .setSizeBytes(bytes)
                .setModifiedAt(Timestamp.newBuilder()
                        .setSeconds(modifiedAt.getEpochSecond())
                        .setNanos(modifiedAt.getNano()))
                .build();
    }
}
