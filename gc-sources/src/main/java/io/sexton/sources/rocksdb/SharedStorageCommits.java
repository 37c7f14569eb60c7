package io.sexton.sources.rocksdb;

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
import io.sexton.sources.rocksdb.RocksDbEvent.Broken;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionAborted;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionBegun;
import io.sexton.sources.rocksdb.RocksDbEvent.CompactionCommitted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileCompacted;
import io.sexton.sources.rocksdb.RocksDbEvent.FileFlushed;
import io.sexton.sources.rocksdb.RocksDbEvent.FlushCommitted;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestEdit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The application of RocksDB's local events to shared storage, and their publication: the contract with Sexton, for one
 * region in one epoch. The package's documentation explains the order.
 *
 * <p>Not safe for use by several threads: {@link RegionLeader} is the only caller.
 */
final class SharedStorageCommits {

    private final RegionWriter writer;
    private final ReaderPins pins;
    private final RegionStorage storage;
    private final RegionTimeouts timeouts;
    private Manifest manifest;

    /** The paths of files that do not have RocksDB's name in the store. */
    private final Map<String, FilePath> renamed = new HashMap<>();

    /** Files in the store that are in no manifest yet. */
    private final Map<FilePath, StoredFile> uploaded = new HashMap<>();
    /** Those of them that a flush wrote. */
    private final Map<FilePath, WrittenFile> flushed = new HashMap<>();
    /** Compactions that RocksDB has begun and not ended, by job. */
    private final Map<Integer, Running> compactions = new HashMap<>();
    /** Commits of RocksDB that shared storage does not have yet, in RocksDB's order. */
    private final List<Commit> waiting = new ArrayList<>();

    SharedStorageCommits(
            RegionWriter writer, ReaderPins pins, RegionStorage storage, Manifest manifest, RegionTimeouts timeouts) {
        this.writer = writer;
        this.pins = pins;
        this.storage = storage;
        this.manifest = manifest;
        this.timeouts = timeouts;
        manifest.files().values().forEach(this::remember);
    }

    /** A compaction that RocksDB has begun, and what of it is in the store. */
    private record Running(CompactionScope scope, Set<FilePath> outputs) {}

    private sealed interface Commit {
        List<FilePath> removed();

        record OfFlush(FilePath added, long sequence) implements Commit {
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

    /**
     * Commits the difference between RocksDB's own list and the manifest: what no leader has followed. That is what the
     * last one had not finished when it crashed, what RocksDB recovered from its log, and all of a database that existed
     * before it was connected to Sexton.
     *
     * <p>A file may already be in the store, announced by the last leader, but incomplete or about to be deleted. So
     * each is copied to a path of this epoch; Sexton deletes the earlier copy as an orphan.
     *
     * @param live while RocksDB does no background work
     * @param sequence the number of RocksDB's last write
     * @throws IllegalStateException if RocksDB is behind shared storage. Nothing has changed then
     */
    void adopt(Collection<LocalFile> live, long sequence) throws IOException, InterruptedException {
        // WARNING: the files that such a database lacks would be removed from the manifest, and deleted (I1).
        require(
                sequence >= manifest.sequence(),
                "RocksDB has " + sequence + " writes and shared storage " + manifest.sequence()
                        + ": this is an older copy of the region, or another database");
        Map<String, StoredFile> unlisted = new HashMap<>();
        manifest.files().values().forEach(file -> unlisted.put(file.rocksDbName(), file));
        List<LocalFile> missing = new ArrayList<>();
        for (LocalFile file : live) {
            StoredFile stored = unlisted.remove(file.name());
            if (stored == null) {
                missing.add(file);
            } else {
                require(
                        stored.bytes() == file.bytes(),
                        file.name() + " has " + file.bytes() + " bytes, and " + stored.bytes()
                                + " on shared storage: this is another database");
            }
        }
        if (missing.isEmpty() && unlisted.isEmpty()) {
            return;
        }
        List<WrittenFile> announced = new ArrayList<>();
        for (LocalFile file : missing) {
            FilePath path = StoredFile.pathInEpoch(file.name(), writer.epoch());
            announced.add(announceAndPut(path, file.path()));
        }
        List<FilePath> removed =
                unlisted.values().stream().map(StoredFile::path).toList();
        long contained =
                live.stream().mapToLong(LocalFile::largestSequence).max().orElse(0);
        commitWritten(announced, removed, contained);
    }

    /** Does after RocksDB what it has done. */
    void follow(RocksDbEvent event) throws IOException, InterruptedException {
        switch (event) {
            case FileFlushed file -> uploadFlushed(file);
            case FlushCommitted flush -> waiting.add(new Commit.OfFlush(FilePath.of(flush.name()), flush.sequence()));
            case CompactionBegun compaction -> begin(compaction);
            case FileCompacted file -> uploadCompacted(file);
            case CompactionCommitted compaction -> waiting.add(commitOf(compaction));
            case CompactionAborted compaction -> abort(compaction);
            case Broken broken -> throw new IllegalStateException(broken.error());
        }
        commitAllThatCanBe();
    }

    /**
     * Announces a flushed file before its first byte is in the store, and uploads it: if this node dies in between,
     * Sexton has the path.
     */
    private void uploadFlushed(FileFlushed file) throws IOException, InterruptedException {
        FilePath path = FilePath.of(file.name());
        flushed.put(path, announceAndPut(path, file.copy()));
        Files.delete(file.copy());
    }

    private WrittenFile announceAndPut(FilePath path, Path local) throws IOException, InterruptedException {
        requireNotLive(path);
        WrittenFile announced = writer.fileWritten(FileRef.newBuilder()
                .setPath(path.value())
                .setSizeBytes(Files.size(local))
                .build());
        try {
            put(local, path);
        } catch (IOException | RuntimeException e) {
            // Nothing was committed, and that is certain: so Sexton may take what was written.
            await(writer.writeFailedAsync(List.of(path), e.toString()));
            throw e;
        }
        return announced;
    }

    /** Begins a compaction. The id is unique: RocksDB counts jobs from each opening, and no epoch opens twice. */
    private void begin(CompactionBegun compaction) throws InterruptedException {
        String id = "epoch-" + writer.epoch() + "-job-" + compaction.job();
        CompactionScope scope = writer.startCompaction(id, List.of(), timeouts.compaction());
        compactions.put(compaction.job(), new Running(scope, new HashSet<>()));
    }

    /**
     * Uploads one output. RocksDB names its outputs one by one, so the compaction is started again with each, before
     * its first byte.
     */
    private void uploadCompacted(FileCompacted file) throws IOException, InterruptedException {
        FilePath path = FilePath.of(file.name());
        requireNotLive(path);
        Running compaction = compaction(file.job());
        compaction.scope().renew(List.of(path));
        compaction.outputs().add(path);
        try {
            put(file.copy(), path);
        } catch (IOException | RuntimeException e) {
            // This leader stops here, so there will be no commit.
            await(compaction.scope().failAsync(List.of(), e.toString()));
            throw e;
        }
        Files.delete(file.copy());
    }

    /**
     * Reports a failed compaction. The failure is certain, because RocksDB itself reports that it committed nothing.
     */
    private void abort(CompactionAborted aborted) throws InterruptedException {
        Running compaction = compaction(aborted.job());
        compactions.remove(aborted.job());
        uploaded.keySet().removeAll(compaction.outputs());
        await(compaction.scope().failAsync(List.of(), aborted.error()));
    }

    private void put(Path local, FilePath path) throws IOException, InterruptedException {
        StoredFile stored = storage.files().put(local, path);
        uploaded.put(path, stored);
        remember(stored);
    }

    private void remember(StoredFile file) {
        if (!file.rocksDbName().equals(file.path().value())) {
            renamed.put(file.rocksDbName(), file.path());
        }
    }

    private List<FilePath> pathsOf(List<String> rocksDbNames) {
        return rocksDbNames.stream()
                .map(name -> renamed.getOrDefault(name, FilePath.of(name)))
                .toList();
    }

    private Commit commitOf(CompactionCommitted committed) {
        Running compaction = compaction(committed.job());
        compactions.remove(committed.job());
        List<FilePath> inputs = pathsOf(committed.inputs());
        List<FilePath> outputs = pathsOf(committed.outputs());
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
     * Commits in RocksDB's order as far as possible. RocksDB may report a compaction before the flush of one of its
     * inputs; the commit then waits until the manifest has what it removes.
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
                WrittenFile announced = flushed.remove(flush.added());
                if (announced == null) {
                    throw new IllegalStateException("RocksDB reports a flush to a file that it never made: " + flush);
                }
                commitWritten(List.of(announced), List.of(), flush.sequence());
            }
            case Commit.OfCompaction compaction
            when compaction.changesNothing() ->
                await(compaction.scope().completeAsync(ManifestEdit.getDefaultInstance()));
            case Commit.OfCompaction compaction -> {
                requireInTime(compaction.scope());
                ManifestEdit edit = commit(compaction.added(), compaction.removed(), manifest.sequence());
                await(compaction.scope().completeAsync(edit));
            }
        }
    }

    /**
     * Commits announced files. If one was announced so long ago that Sexton may soon count it as an orphan, a pin keeps
     * them until their edit is known (I1).
     */
    private void commitWritten(List<WrittenFile> announced, List<FilePath> removed, long sequence)
            throws IOException, InterruptedException {
        List<FilePath> added = announced.stream()
                .map(file -> FilePath.of(file.file().getPath()))
                .toList();
        if (announced.stream().allMatch(WrittenFile::mayCommitUnpinned)) {
            await(writer.editAsync(commit(added, removed, sequence)));
            return;
        }
        PinOptions forCommit =
                PinOptions.ttl(timeouts.answer()).maxWait(timeouts.answer()).forCommit();
        try (ReaderPin pin = pins.pin(writer.region(), PinTarget.files(added), forCommit)) {
            if (!pin.isSure()) {
                throw tooLate(added, null);
            }
            await(writer.editAsync(commit(added, removed, sequence)));
        } catch (RejectedException e) {
            throw tooLate(added, e);
        }
    }

    private static IllegalStateException tooLate(List<FilePath> added, @Nullable RejectedException rejection) {
        return new IllegalStateException("a commit comes too late: " + added + " may be deleted already", rejection);
    }

    /**
     * Restarts a compaction after its time-out, when Sexton counts it as dead. It is then valid again, unless a file is
     * lost.
     */
    private void requireInTime(CompactionScope scope) throws InterruptedException {
        if (!scope.mayCommit()) {
            scope.renew();
            if (!scope.awaitAdmission(timeouts.answer())) {
                throw new IllegalStateException("compaction " + scope.compactionId()
                        + " may not be committed any more: " + scope.rejectedPaths());
            }
        }
    }

    /**
     * Commits: from here on the region consists of other files. If it throws, it is unknown whether it committed, so
     * nothing is published; the next leader reads the manifest.
     */
    private ManifestEdit commit(List<FilePath> added, List<FilePath> removed, long sequence)
            throws IOException, InterruptedException {
        List<StoredFile> files = added.stream()
                .map(path -> Objects.requireNonNull(uploaded.get(path)))
                .toList();
        Manifest next = manifest.edited(files, removed, sequence);
        storage.manifest().commit(next);
        ManifestEdit edit = ManifestEdit.newBuilder()
                .setBaseVersion(manifest.version())
                .setVersion(next.version())
                .addAllAdded(files.stream().map(StoredFile::toRef).toList())
                .addAllRemoved(removed.stream().map(FilePath::value).toList())
                .build();
        manifest = next;
        added.forEach(uploaded::remove);
        renamed.values().removeAll(removed);
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
                    && scope.remaining().compareTo(timeouts.compaction().dividedBy(2)) < 0) {
                scope.renew();
            }
        }
    }

    /**
     * Checks that shared storage has what RocksDB has.
     *
     * @param live RocksDB's own list, after its last event
     * @throws IllegalStateException if there are events that were not applied, or the manifest has other files
     */
    void requireSettled(Collection<String> live) {
        if (!waiting.isEmpty() || !uploaded.isEmpty() || !compactions.isEmpty()) {
            throw new IllegalStateException("RocksDB has done what could not be followed: commits " + waiting
                    + ", files " + uploaded.keySet() + ", compactions " + compactions.keySet());
        }
        Set<String> committed =
                manifest.files().values().stream().map(StoredFile::rocksDbName).collect(Collectors.toSet());
        require(
                committed.equals(Set.copyOf(live)),
                "RocksDB has changed its files without an event: it has " + live + ", the manifest " + committed);
    }

    private Running compaction(int job) {
        Running compaction = compactions.get(job);
        if (compaction == null) {
            throw new IllegalStateException("RocksDB reports a compaction that never began: job " + job);
        }
        return compaction;
    }

    /** WARNING: the failure to write a path that is live would be published, and Sexton could delete it (I1). */
    private void requireNotLive(FilePath path) {
        require(!manifest.files().containsKey(path), "RocksDB has used the name of a live file again: " + path);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** Waits until the log has the event. */
    private static void await(CompletableFuture<LogPosition> acknowledgement) throws InterruptedException {
        try {
            acknowledgement.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("not acknowledged by the log: " + e.getCause(), e);
        }
    }
}
