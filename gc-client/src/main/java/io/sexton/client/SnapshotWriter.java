package io.sexton.client;

import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes what the manifest names, in chunks. It announces the snapshot and has that acknowledged before the manifest
 * is read: read before, it could lack a file that an edit has added by the time that the announcement is logged, and
 * that file would look like an orphan (I1).
 *
 * <p>Safe for use by any thread; each {@link #write} is a snapshot of its own, and the latest replaces one that runs.
 */
public final class SnapshotWriter {

    private static final int MAX_ANNOUNCEMENTS = 10;

    private final RegionWriter writer;
    private final ClientParts parts;

    SnapshotWriter(RegionWriter writer, ClientParts parts) {
        this.writer = writer;
        this.parts = parts;
    }

    /**
     * Announces a snapshot of the version that was published last, reads the manifest, and publishes it. Where the
     * manifest has moved on, the newer version is announced and read anew, a few times.
     *
     * @param manifest called after each announcement is acknowledged. If it throws, no last chunk is published
     * @return the place of the last chunk
     * @throws ManifestMovedException if it moved on every time: hold the commits meanwhile, or return the version asked
     *     for
     * @throws PublishException if an acknowledgement did not come, or {@link RegionWriter#reopen} is due; the snapshot
     *     is then incomplete
     */
    public LogPosition write(ManifestSource manifest) throws IOException, InterruptedException {
        for (int i = 0; i < MAX_ANNOUNCEMENTS; i++) {
            writer.refuseBehindGap();
            String id = parts.ids().next();
            long version = writer.publishedVersion();
            Futures.await(send(id, version, 0, false, List.of()));
            ManifestContents contents = manifest.read(version);
            if (contents.version() == version) {
                return publish(id, contents);
            }
        }
        throw new ManifestMovedException("the manifest of region " + writer.region() + " was at another version than "
                + "announced " + MAX_ANNOUNCEMENTS + " times");
    }

    private LogPosition publish(String id, ManifestContents contents) throws InterruptedException {
        FileChunks chunks = new FileChunks((chunk, last, files) -> send(id, contents.version(), chunk, last, files));
        for (FileRef file : contents.files()) {
            chunks.accept(file);
        }
        return chunks.finish();
    }

    private CompletableFuture<LogPosition> send(String id, long version, int chunk, boolean last, List<FileRef> files) {
        return parts.sender()
                .send(writer.event()
                        .setManifestSnapshot(ManifestSnapshot.newBuilder()
                                .setSnapshotId(id)
                                .setVersion(version)
                                .setChunk(chunk)
                                .setLast(last)
                                .addAllFiles(files))
                        .build());
    }
}
