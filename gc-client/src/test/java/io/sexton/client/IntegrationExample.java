package io.sexton.client;

import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FilesDeleted;
import io.sexton.v1.Hold;
import io.sexton.v1.LockMode;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.SnapshotRequested;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;

/** A small database that uses the whole client. {@code docs/integrate.md} quotes the parts between tags. */
final class IntegrationExample implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SextonClient sexton;
    private final RegionId region;
    private final Path root;
    private final ExampleManifest manifest;
    private final ExecutorService background;
    final List<String> trimmed = new CopyOnWriteArrayList<>();

    IntegrationExample(
            String bootstrapServers, RegionId region, Path root, ExampleManifest manifest, ExecutorService background) {
        // tag::connect[]
        SextonClient sexton = SextonClient.builder(bootstrapServers)
                .name("datanode-3")
                .kafka("delivery.timeout.ms", 30_000)
                .build();
        // end::connect[]
        this.sexton = sexton;
        this.region = region;
        this.root = root;
        this.manifest = manifest;
        this.background = background;
    }

    RegionWriter lead(long epoch) throws InterruptedException {
        // tag::open[]
        RegionWriter writer = sexton.publisher()
                .openRegion(region, epoch, RegionSettings.of("local", "tables/42"), manifest.version());
        // end::open[]
        return writer;
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // If the failure of a write is not published, its files become orphans.
    CompletableFuture<LogPosition> flush(RegionWriter writer, FilePath path) throws IOException, InterruptedException {
        // tag::flush[]
        WrittenFile file = writer.fileWritten(ExampleManifest.file(path)); // acknowledged before the first byte
        try {
            write(path);
        } catch (IOException e) {
            writer.writeFailedAsync(List.of(path), e.toString()); // it was not committed, and will not be
            throw e;
        }
        if (!file.mayCommitUnpinned()) {
            return commitPinned(writer, List.of(path));
        }
        synchronized (manifest) { // edits are published in the order of the commits
            ManifestEdit edit = manifest.commit(List.of(path), List.of());
            return writer.editAsync(edit);
        }
        // end::flush[]
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // If the failure of a write is not published, its files become orphans.
    CompletableFuture<LogPosition> compact(
            RegionWriter writer, String compactionId, List<FilePath> inputs, List<FilePath> outputs)
            throws IOException, InterruptedException {
        // tag::compact[]
        try (CompactionScope compaction = writer.startCompaction(compactionId, outputs, Duration.ofMinutes(30))) {
            try {
                for (FilePath output : outputs) {
                    write(output);
                }
            } catch (IOException e) {
                compaction.failAsync(outputs, e.toString());
                throw e;
            }
            synchronized (manifest) {
                if (!compaction.mayCommit()) {
                    return compaction.failAsync(outputs, "took too long, or a path was rejected");
                }
                ManifestEdit edit = manifest.commit(outputs, inputs);
                return compaction.completeAsync(edit);
            }
        } // an exception out of commit(): nobody knows the outcome, and nothing is published
        // end::compact[]
    }

    LogPosition snapshot(RegionWriter writer) throws IOException, InterruptedException {
        // tag::snapshot[]
        LogPosition last = writer.publishSnapshot(version -> {
            synchronized (manifest) {
                return manifest.contents();
            }
        });
        // end::snapshot[]
        return last;
    }

    void recover(RegionWriter writer) throws IOException, InterruptedException {
        // tag::recover[]
        if (writer.failure().isPresent()) { // an edit did not reach the log
            synchronized (manifest) {
                writer.reopen(manifest.version());
            }
            writer.publishSnapshot(version -> manifest.contents());
        }
        // end::recover[]
    }

    List<byte[]> query() throws IOException, InterruptedException {
        List<byte[]> rows = new ArrayList<>();
        // tag::query[]
        long version;
        List<FilePath> files;
        synchronized (manifest) {
            version = manifest.version();
            files = manifest.files();
        }
        PinOptions options = PinOptions.ttl(Duration.ofSeconds(60));
        try (ReaderPin pin = sexton.pins().pin(region, PinTarget.atVersion(version), options)) { // accepted
            for (FilePath file : files) {
                if (!pin.isSure()) {
                    throw new IOException("the pin may no longer hold");
                }
                rows.add(Files.readAllBytes(root.resolve(file.value())));
            }
        } catch (RejectedException e) {
            throw new IOException("version " + version + " is gone; query the current one", e);
        }
        // end::query[]
        return rows;
    }

    CompletableFuture<LogPosition> commitPinned(RegionWriter writer, List<FilePath> paths)
            throws IOException, InterruptedException {
        // tag::revive[]
        PinOptions options = PinOptions.ttl(Duration.ofSeconds(60)).forCommit();
        ReaderPin pin = sexton.pins().pin(region, PinTarget.files(paths), options); // throws if the files are going
        CompletableFuture<LogPosition> published;
        synchronized (manifest) {
            if (!pin.isSure()) {
                pin.close();
                throw new IOException("the files may be deleted at any moment: write them anew");
            }
            published = writer.editAsync(manifest.commit(paths, List.of()));
        }
        // Not before the edit is acknowledged. Should it fail, hold the pin until a snapshot is acknowledged.
        return published.thenApply(position -> {
            pin.close();
            return position;
        });
        // end::revive[]
    }

    void branch(RegionId branch, long branchEpoch, List<FilePath> used) throws IOException, InterruptedException {
        // tag::branch[]
        ReferenceEdit edit = ReferenceEdit.newBuilder()
                .setReferrer(branch.value())
                .setReferrerEpoch(branchEpoch)
                .addAllAdded(used.stream().map(FilePath::value).toList())
                .build();
        Set<FilePath> lost = sexton.publisher().editReferences(region, edit, TIMEOUT);
        if (!lost.isEmpty()) { // before the branch commits a manifest that names them
            throw new IOException("deleted, or about to be: " + lost);
        }
        // end::branch[]
    }

    void dropBranch(RegionId branch, long branchEpoch) throws InterruptedException {
        // tag::dropBranch[]
        sexton.publisher().withdrawReferences(region, branch.value(), branchEpoch, TIMEOUT);
        // end::dropBranch[]
    }

    void migrate(Runnable move) throws InterruptedException {
        // tag::migrate[]
        LockOptions options = LockOptions.of(LockMode.EXCLUSIVE, "migration", Duration.ofSeconds(30))
                .maxWait(Duration.ofMinutes(5));
        try (RegionLock lock = sexton.locks().acquire(region, options)) {
            if (lock.remaining().compareTo(Duration.ofSeconds(10)) > 0) { // outlasts the next step
                move.run();
            }
        }
        // end::migrate[]
    }

    LogPosition scan() throws IOException, InterruptedException {
        // tag::scan[]
        LogPosition last = sexton.publisher().publishInventory(region, sink -> {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(root.resolve("sst"))) {
                for (Path file : files) {
                    sink.accept(ExampleManifest.file(FilePath.of("sst/" + file.getFileName())));
                }
            }
        });
        // end::scan[]
        return last;
    }

    void backup(Runnable copy) throws InterruptedException {
        // tag::operate[]
        Operator operator = sexton.operator();
        operator.hold(
                region,
                Hold.newBuilder().setHoldId("backup-7").setReason("full backup").build());
        try {
            copy.run();
        } finally {
            operator.release(region, "backup-7");
        }
        // end::operate[]
    }

    Subscription listen(RegionWriter writer) {
        // tag::listen[]
        Subscription subscription = sexton.notices().subscribe(region, new NoticeListener() {
            @Override
            public void onSnapshotRequested(SnapshotRequested notice) {
                background.execute(() -> publishSnapshot(writer));
            }

            @Override
            public void onFilesDeleted(FilesDeleted notice) {
                trimmed.addAll(notice.getPathsList());
            }
        });
        // end::listen[]
        return subscription;
    }

    private void publishSnapshot(RegionWriter writer) {
        try {
            snapshot(writer);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(FilePath path) throws IOException {
        Path file = root.resolve(path.value());
        Files.createDirectories(file.getParent());
        Files.writeString(file, path.value());
    }

    @Override
    public void close() {
        sexton.close();
    }
}
