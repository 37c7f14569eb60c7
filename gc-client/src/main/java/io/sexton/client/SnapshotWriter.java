package io.sexton.client;

import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The publisher of snapshots: the files of the manifest, in chunks. The announcement is acknowledged before the
 * manifest is read. A manifest that was read earlier could lack a file that an edit has added before the announcement
 * was logged, and that file would look like an orphan (I1).
 *
 * <p>Safe for use by any thread. Each {@link #write} is a separate snapshot; a later one replaces an unfinished one.
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
     * Announces a snapshot of the last published version, reads the manifest, and publishes its files. If the manifest
     * has a newer version, announces that one and reads again, up to ten times.
     *
     * @param manifest called after each announcement is acknowledged. If it throws, no last chunk is published
     * @return the position of the last chunk in the log
     * @throws ManifestMovedException if the version changed every time: stop commits meanwhile, or return the announced
     *     version
     * @throws PublishException if an acknowledgement did not come, or {@link RegionWriter#reopen} is needed; the
     *     snapshot is then incomplete
     */
    public LogPosition write(ManifestSource manifest) throws IOException, InterruptedException {
        for (int i = 0; i < MAX_ANNOUNCEMENTS; i++) {
            writer.rejectAfterGap();
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
