package io.sexton.cli.demo.database;

import io.sexton.cli.demo.database.EngineEvent.Broken;
import io.sexton.cli.demo.database.EngineEvent.CompactionAborted;
import io.sexton.cli.demo.database.EngineEvent.CompactionBegun;
import io.sexton.cli.demo.database.EngineEvent.CompactionCommitted;
import io.sexton.cli.demo.database.EngineEvent.FileCompacted;
import io.sexton.cli.demo.database.EngineEvent.FileFlushed;
import io.sexton.cli.demo.database.EngineEvent.FlushCommitted;
import io.sexton.client.CompactionScope;
import io.sexton.client.LogPosition;
import io.sexton.client.ManifestContents;
import io.sexton.client.RegionWriter;
import io.sexton.client.RejectedException;
import io.sexton.client.WrittenFile;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.client.pins.ReaderPins;
import io.sexton.proto.FilePath;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Does on shared storage what RocksDB has done on its local disk, and publishes it: the contract with Sexton, for one
 * region in one epoch. The package's documentation says why it is done in this order.
 *
 * <p>Not safe for use by several threads: {@link RegionLeader} is the one.
 */
final class SharedStorageCommits {

    private final RegionWriter writer;
    private final ReaderPins pins;
    private final RegionStore store;
    private final ManifestFile manifestFile;
    private final Patience patience;
    private Manifest manifest;

    /** Files in the store that are in no manifest yet. */
    private final Map<FilePath, StoredFile> uploaded = new HashMap<>();
    /** Those of them that a flush wrote. */
    private final Map<FilePath, WrittenFile> flushed = new HashMap<>();
    /** Those that RocksDB has begun and not ended, by job. */
    private final Map<Integer, Running> compactions = new HashMap<>();
    /** What RocksDB has committed and shared storage has not, in RocksDB's order. */
    private final List<Commit> waiting = new ArrayList<>();

    SharedStorageCommits(
            RegionWriter writer,
            ReaderPins pins,
            RegionStore store,
            ManifestFile manifestFile,
            Manifest manifest,
            Patience patience) {
        this.writer = writer;
        this.pins = pins;
        this.store = store;
        this.manifestFile = manifestFile;
        this.manifest = manifest;
        this.patience = patience;
    }

    /** A compaction that RocksDB has begun, and what of it is in the store. */
    private record Running(CompactionScope scope, Set<FilePath> outputs) {}

    private sealed interface Commit {
        List<FilePath> removed();

        record OfFlush(FilePath added, long operations) implements Commit {
            @Override
            public List<FilePath> removed() {
                return List.of();
            }
        }

        record OfCompaction(CompactionScope scope, List<FilePath> added, List<FilePath> removed) implements Commit {
            boolean changesNothing() {
                return added.isEmpty() && removed.isEmpty();
            }
        }
    }

    /** Does after RocksDB what it has done. */
    void follow(EngineEvent event) throws IOException, InterruptedException {
        switch (event) {
            case FileFlushed file -> uploadFlushed(file);
            case FlushCommitted flush -> waiting.add(new Commit.OfFlush(FilePath.of(flush.name()), flush.operations()));
            case CompactionBegun compaction -> begin(compaction);
            case FileCompacted file -> uploadCompacted(file);
            case CompactionCommitted compaction -> waiting.add(commitOf(compaction));
            case CompactionAborted compaction -> abort(compaction);
            case Broken broken -> throw new IllegalStateException(broken.error());
        }
        commitAllThatCanBe();
    }

    /** Sexton hears of the file before its first byte is there: if this node dies in between, it knows what to look for. */
    private void uploadFlushed(FileFlushed file) throws IOException, InterruptedException {
        FilePath path = FilePath.of(file.name());
        WrittenFile announced = writer.fileWritten(FileRef.newBuilder()
                .setPath(path.value())
                .setSizeBytes(Files.size(file.copy()))
                .build());
        try {
            upload(path, file.copy());
        } catch (IOException e) {
            // Nothing was committed, and that is certain: so Sexton may take what was written.
            await(writer.writeFailedAsync(List.of(path), e.toString()));
            throw e;
        }
        flushed.put(path, announced);
    }

    /** The id is used once: RocksDB counts jobs from each opening, and no epoch opens twice. */
    private void begin(CompactionBegun compaction) throws InterruptedException {
        String id = "epoch-" + writer.epoch() + "-job-" + compaction.job();
        CompactionScope scope = writer.startCompaction(id, List.of(), patience.compaction());
        compactions.put(compaction.job(), new Running(scope, new HashSet<>()));
    }

    /** RocksDB names its outputs one by one, so the compaction is started again with each, before its first byte. */
    private void uploadCompacted(FileCompacted file) throws IOException, InterruptedException {
        FilePath path = FilePath.of(file.name());
        Running compaction = compaction(file.job());
        compaction.scope().renew(List.of(path));
        compaction.outputs().add(path);
        try {
            upload(path, file.copy());
        } catch (IOException e) {
            // This leader stops here, so there will be no commit.
            await(compaction.scope().failAsync(List.of(), e.toString()));
            throw e;
        }
    }

    /** RocksDB itself says that there was no commit and will be none, so it is certain. */
    private void abort(CompactionAborted aborted) throws InterruptedException {
        Running compaction = compaction(aborted.job());
        compactions.remove(aborted.job());
        uploaded.keySet().removeAll(compaction.outputs());
        await(compaction.scope().failAsync(List.of(), aborted.error()));
    }

    private void upload(FilePath path, Path copy) throws IOException {
        uploaded.put(path, store.put(copy, path));
        Files.delete(copy);
    }

    private Commit commitOf(CompactionCommitted committed) {
        Running compaction = compaction(committed.job());
        compactions.remove(committed.job());
        List<FilePath> inputs = committed.inputs().stream().map(FilePath::of).toList();
        List<FilePath> outputs = committed.outputs().stream().map(FilePath::of).toList();
        // What it wrote and does not need is Sexton's as soon as it is completed.
        compaction.outputs().removeAll(outputs);
        uploaded.keySet().removeAll(compaction.outputs());
        // A file in both has only changed its level: nothing that matters outside of RocksDB.
        return new Commit.OfCompaction(
                compaction.scope(),
                outputs.stream().filter(output -> !inputs.contains(output)).toList(),
                inputs.stream().filter(input -> !outputs.contains(input)).toList());
    }

    /**
     * RocksDB may say that a compaction is done before it says that the flush of one of its inputs is. A commit waits
     * until the manifest has what it removes.
     */
    private void commitAllThatCanBe() throws IOException, InterruptedException {
        boolean committed = true;
        while (committed) {
            committed = false;
            for (Iterator<Commit> commits = waiting.iterator(); commits.hasNext() && !committed; ) {
                Commit commit = commits.next();
                if (manifest.files().keySet().containsAll(commit.removed())) {
                    commits.remove();
                    commit(commit);
                    committed = true;
                }
            }
        }
    }

    private void commit(Commit commit) throws IOException, InterruptedException {
        switch (commit) {
            case Commit.OfFlush flush -> {
                WrittenFile announced = Objects.requireNonNull(flushed.remove(flush.added()));
                if (announced.mayCommitUnpinned()) {
                    commitFlush(flush);
                } else {
                    commitPinned(flush);
                }
            }
            case Commit.OfCompaction compaction
            when compaction.changesNothing() ->
                await(compaction.scope().completeAsync(ManifestEdit.getDefaultInstance()));
            case Commit.OfCompaction compaction -> {
                requireInTime(compaction.scope());
                ManifestEdit edit = commit(compaction.added(), compaction.removed(), manifest.operations());
                await(compaction.scope().completeAsync(edit));
            }
        }
    }

    private void commitFlush(Commit.OfFlush flush) throws IOException, InterruptedException {
        await(writer.editAsync(commit(List.of(flush.added()), List.of(), flush.operations())));
    }

    /**
     * The file is in no manifest for so long already that Sexton may soon take it for an orphan. A pin keeps it until
     * its edit is known (I1).
     */
    private void commitPinned(Commit.OfFlush flush) throws IOException, InterruptedException {
        PinOptions forCommit =
                PinOptions.ttl(patience.answer()).maxWait(patience.answer()).forCommit();
        try (ReaderPin pin = pins.pin(writer.region(), PinTarget.files(List.of(flush.added())), forCommit)) {
            if (!pin.isSure()) {
                throw tooLate(flush, null);
            }
            commitFlush(flush);
        } catch (RejectedException e) {
            throw tooLate(flush, e);
        }
    }

    private static IllegalStateException tooLate(Commit.OfFlush flush, @Nullable RejectedException rejection) {
        return new IllegalStateException(
                "a flush came too late: " + flush.added() + " may be deleted already", rejection);
    }

    /** After its time-out Sexton takes a compaction for dead. Started again it may live, unless a file is lost by now. */
    private void requireInTime(CompactionScope scope) throws InterruptedException {
        if (!scope.mayCommit()) {
            scope.renew();
            if (!scope.awaitAdmission(patience.answer())) {
                throw new IllegalStateException("compaction " + scope.compactionId()
                        + " may not be committed any more: " + scope.rejectedPaths());
            }
        }
    }

    /**
     * The commit: from here on the region consists of other files. If it throws, nobody knows whether it happened, so
     * nothing is published; the next leader reads what the manifest has become.
     */
    private ManifestEdit commit(List<FilePath> added, List<FilePath> removed, long operations) throws IOException {
        List<StoredFile> files = added.stream()
                .map(path -> Objects.requireNonNull(uploaded.get(path)))
                .toList();
        Manifest next = manifest.edited(files, removed, operations);
        manifestFile.commit(next);
        ManifestEdit edit = ManifestEdit.newBuilder()
                .setBaseVersion(manifest.version())
                .setVersion(next.version())
                .addAllAdded(files.stream().map(StoredFile::toRef).toList())
                .addAllRemoved(removed.stream().map(FilePath::value).toList())
                .build();
        manifest = next;
        added.forEach(uploaded::remove);
        return edit;
    }

    /** Publishes what the manifest names. No commit can come in between: there is one thread for both. */
    void publishSnapshot() throws IOException, InterruptedException {
        var unused = writer.publishSnapshot(version -> new ManifestContents(
                manifest.version(),
                manifest.files().values().stream().map(StoredFile::toRef).toList()));
    }

    /** Starts again what has used up half of what is left to it until Sexton takes it for dead. */
    void keepCompactionsAlive() throws InterruptedException {
        for (Running compaction : compactions.values()) {
            CompactionScope scope = compaction.scope();
            if (scope.rejectedPaths().isEmpty()
                    && scope.remaining().compareTo(patience.compaction().dividedBy(2)) < 0) {
                scope.renew();
            }
        }
    }

    /** @throws IllegalStateException if RocksDB is ahead with anything */
    void requireNothingOpen() {
        if (!waiting.isEmpty() || !uploaded.isEmpty() || !compactions.isEmpty()) {
            throw new IllegalStateException("RocksDB has done what could not be followed: commits " + waiting
                    + ", files " + uploaded.keySet() + ", compactions " + compactions.keySet());
        }
    }

    private Running compaction(int job) {
        Running compaction = compactions.get(job);
        if (compaction == null) {
            throw new IllegalStateException("RocksDB speaks of a compaction that never began: job " + job);
        }
        return compaction;
    }

    /** Nothing goes on before the log has what was said. */
    private static void await(CompletableFuture<LogPosition> acknowledgement) throws InterruptedException {
        try {
            acknowledgement.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Sexton could not be told: " + e.getCause(), e);
        }
    }
}
