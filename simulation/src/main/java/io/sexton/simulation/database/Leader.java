package io.sexton.simulation.database;

import io.sexton.client.LogPosition;
import io.sexton.client.ManifestContents;
import io.sexton.client.NoticeListener;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.SextonException;
import io.sexton.proto.Times;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.EventRejected;
import io.sexton.v1.FileRef;
import io.sexton.v1.ManifestConflict;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.MissingFile;
import io.sexton.v1.SnapshotRequested;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One leader of a region, in one epoch: a process that commits to the manifest and publishes events through the real
 * client.
 */
public final class Leader {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    /** A manifest of at least this size loses more than ten files when a snapshot names a quarter of it. */
    private static final int LARGE = 16;

    private static final Duration FOR_EVER = Duration.ofDays(1000);

    private final World world;
    private final Database database;
    private final long epoch;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final SeededRandom random;
    private @Nullable RegionWriter writer;
    private boolean reopening;
    private boolean snapshotPending;
    private int snapshots;
    private int rejections;

    Leader(World world, Database database, long epoch) {
        this.world = world;
        this.database = database;
        this.epoch = epoch;
        process = world.process(database.region().value() + "-leader-" + epoch);
        access = new ClientAccess(world, process);
        client =
                world.client(process, access, Times.of(world.settings().policy().getOrphanLinger()));
        random = world.random(process.name());
        client.notices().subscribe(database.region(), new Listener());
        process.later(Duration.ZERO, this::open);
    }

    World world() {
        return world;
    }

    Database database() {
        return database;
    }

    SimulatedProcess process() {
        return process;
    }

    SextonClient client() {
        return client;
    }

    SeededRandom random() {
        return random;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns true if it has opened the region, and nothing that it published is in doubt. */
    public boolean isReady() {
        return isAlive()
                && !process.machine().isPaused()
                && writer != null
                && !reopening
                && writer.failure().isEmpty()
                && !database.truth().isDropped();
    }

    /** Returns true if it has opened the region, and no other leader was elected. */
    boolean isLeading() {
        return isAlive() && writer != null && database.truth().epoch() == epoch;
    }

    /** Returns the number of notices that an event of the region was rejected, or that notices may have been missed. */
    int rejections() {
        return rejections;
    }

    long epoch() {
        return epoch;
    }

    /** Writes a file, even if this leader was replaced without having noticed it. */
    void write(String path, int bytes) {
        world.store().write(database.root(), path, bytes);
        database.truth().wrote(path, epoch);
    }

    /** Returns the writer of the region's events. */
    RegionWriter writer() {
        if (writer == null) {
            throw new IllegalStateException("not open yet");
        }
        return writer;
    }

    public void crash() {
        world.trace(process.name(), () -> "dies");
        process.kill();
    }

    public void pause(Duration length) {
        process.machine().pause(length);
    }

    /** Waits for a call that blocks; empty if it failed, or the process died meanwhile. */
    <T> Optional<T> await(ClientAccess.BlockingCall<T> call) {
        try {
            T result = access.blocking(call);
            return process.isAlive() ? Optional.of(result) : Optional.empty();
        } catch (SextonException | CompletionException | IllegalStateException e) {
            world.trace(process.name(), () -> "gives up: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void open() {
        if (database.truth().epoch() != epoch) {
            return;
        }
        world.trace(process.name(), () -> "opens at version " + database.truth().version());
        Optional<RegionWriter> opened = await(() -> client.publisher()
                .openRegion(
                        database.region(),
                        epoch,
                        new RegionSettings("main", database.root(), database.kind() == DatabaseKind.RETENTION_ONLY),
                        database.published()));
        if (opened.isPresent()) {
            writer = opened.get();
            if (database.truth().isDropped()) {
                Drop.publish(this);
            }
        } else {
            process.later(TRY_AGAIN, this::open);
        }
    }

    /** Commits to the manifest; an edit that was committed is to be published. Empty if the commit has certainly failed. */
    Optional<ManifestEdit> commit(Collection<String> added, Collection<String> removed) {
        long base = database.published();
        Instant now = world.scheduler().now();
        if (writer == null || !database.truth().commit(epoch, added, removed, now)) {
            return Optional.empty();
        }
        long version = database.published();
        world.trace(process.name(), () -> "commits " + version + ": +" + added + " -" + removed);
        world.coverage().met("operation: commit");
        return Optional.of(ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAllAdded(added.stream().map(this::describe).toList())
                .addAllRemoved(removed)
                .build());
    }

    /** Returns the metadata that a database has of a file that it has written. */
    FileRef describe(String path) {
        FileRef.Builder file = FileRef.newBuilder().setPath(path);
        world.store().find(database.root(), path).ifPresent(object -> {
            file.setSizeBytes(object.sizeBytes()).setModifiedAt(Times.toProto(object.modifiedAt()));
            if (world.settings().etags()) {
                file.setEtag(object.etag());
            }
        });
        return file.build();
    }

    /** Opens the region again if the publication fails. */
    void watch(CompletableFuture<LogPosition> published) {
        var unused = published.whenComplete((position, failure) -> {
            if (failure != null) {
                reopenLater();
            }
        });
    }

    /** Opens the region again and publishes its whole state: a committed edit may be missing in the log. */
    void reopenLater() {
        if (reopening || !isAlive()) {
            return;
        }
        reopening = true;
        process.later(TRY_AGAIN, this::reopen);
    }

    /** Runs the action after a snapshot with the whole state, or after another leader took over. */
    void afterNextSnapshot(Runnable action) {
        int before = snapshots;
        Polling.until(process, FOR_EVER, () -> snapshots > before || !isLeading(), action);
    }

    private void reopen() {
        if (!isLeading() || database.truth().isDropped()) {
            reopening = false;
            return;
        }
        world.coverage().met("operation: reopen");
        boolean reopened = await(() -> {
                    writer().reopen(database.published());
                    return true;
                })
                .isPresent();
        if (reopened) {
            reopening = false;
            snapshotSoon();
        } else {
            process.later(TRY_AGAIN, this::reopen);
        }
    }

    /** Publishes a snapshot. */
    public void snapshotSoon() {
        if (!snapshotPending && isAlive()) {
            snapshotPending = true;
            process.later(random.between(Duration.ofSeconds(1), Duration.ofSeconds(30)), this::snapshot);
        }
    }

    private void snapshot() {
        snapshotPending = false;
        if (!isReady() || database.truth().epoch() != epoch || database.kind() == DatabaseKind.RETENTION_ONLY) {
            return;
        }
        if (writer().publishedVersion() != database.published()) {
            reopenLater();
            return;
        }
        world.coverage().met("operation: snapshot");
        boolean done = await(() -> {
                    try {
                        return writer().publishSnapshot(announced -> manifest());
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .isPresent();
        world.trace(process.name(), () -> "snapshot " + (done ? "published" : "failed"));
        if (done) {
            snapshots++;
            if (database.truth().epoch() == epoch) {
                database.setMisread(false);
            }
        } else {
            snapshotSoon();
        }
    }

    /** The way in which a snapshot is wrong. */
    public enum Misreading {
        /** It names nothing. */
        EMPTY,
        /** It names a quarter of a manifest that is large enough for that to be noticed. */
        HALF_READ,
        /** It names files of another region. */
        FOREIGN
    }

    /**
     * Publishes a wrong snapshot, and a correct one some time later, of a region whose state Sexton has completely. A
     * small manifest that was read partially cannot be distinguished from one that has shrunk.
     */
    public void misread(Misreading how) {
        List<FileRef> files = liveFiles();
        boolean isNoticed = how == Misreading.HALF_READ ? files.size() >= LARGE : !files.isEmpty();
        if (!isReady()
                || snapshotPending
                || database.truth().epoch() != epoch
                || database.kind() == DatabaseKind.RETENTION_ONLY
                || snapshots == 0
                || writer().publishedVersion() != database.published()
                || !isNoticed) {
            return;
        }
        List<FileRef> wrong = switch (how) {
            case EMPTY -> List.of();
            case HALF_READ -> files.subList(0, files.size() / 4);
            case FOREIGN -> List.of(foreignFile(), foreignFile());
        };
        world.coverage().met("fault: manifest misread as " + how);
        database.setMisread(true);
        database.operator().answerPendingApprovals();
        database.truth().misread(database.truth().manifest());
        // No right one of this leader may come between, or it would end this one.
        snapshotPending = true;
        await(() -> {
            try {
                return writer().publishSnapshot(announced -> new ManifestContents(database.published(), wrong));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        process.later(random.between(Duration.ofMinutes(1), Duration.ofHours(2)), this::snapshot);
    }

    private List<FileRef> liveFiles() {
        return database.truth().manifest().stream().map(this::describe).toList();
    }

    private FileRef foreignFile() {
        return FileRef.newBuilder()
                .setPath("foreign-" + Long.toHexString(random.nextLong()))
                .build();
    }

    private ManifestContents manifest() {
        return new ManifestContents(database.published(), liveFiles());
    }

    private final class Listener implements NoticeListener {
        @Override
        public void onSnapshotRequested(SnapshotRequested request) {
            snapshotSoon();
        }

        @Override
        public void onEventRejected(EventRejected rejected) {
            rejections++;
            world.coverage().met("refusal: event of a leader");
        }

        @Override
        public void onManifestConflict(ManifestConflict conflict) {
            world.coverage().met("notice: manifest conflict");
        }

        @Override
        public void onMissingFile(MissingFile missing) {
            world.coverage().met("notice: missing file");
        }

        @Override
        public void onMissed(String why) {
            rejections++;
            snapshotSoon();
        }
    }
}
