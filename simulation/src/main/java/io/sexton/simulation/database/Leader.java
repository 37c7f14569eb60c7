package io.sexton.simulation.database;

import io.sexton.client.LogPosition;
import io.sexton.client.ManifestContents;
import io.sexton.client.NoticeListener;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.SextonException;
import io.sexton.fold.core.Times;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
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

/** One leader of a region, in one epoch: a process that commits to the manifest and says so, through the real client. */
public final class Leader {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    /** A quarter of so many files leaves more than ten to be taken away. */
    private static final int LARGE = 16;

    private static final Duration FOR_EVER = Duration.ofDays(1000);

    private final World world;
    private final Database database;
    private final long epoch;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final Dice dice;
    private @Nullable RegionWriter writer;
    private boolean mending;
    private boolean snapshotAsked;
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
        dice = world.dice(process.name());
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

    Dice dice() {
        return dice;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has opened the region, and nothing that it published is in doubt. */
    public boolean isReady() {
        return isAlive()
                && !process.machine().isPaused()
                && writer != null
                && !mending
                && writer.failure().isEmpty()
                && !database.truth().isDropped();
    }

    /** Whether it has opened the region, and no other leader was elected. */
    boolean isLeading() {
        return isAlive() && writer != null && database.truth().epoch() == epoch;
    }

    /** How often it was told that an event of the region was rejected, or that it may have missed that. */
    int rejections() {
        return rejections;
    }

    long epoch() {
        return epoch;
    }

    /** Writes a file, whether this still leads or only believes so. */
    void write(String path, int bytes) {
        world.store().write(database.root(), path, bytes);
        database.truth().wrote(path, epoch);
    }

    /** What it publishes through. */
    RegionWriter writer() {
        if (writer == null) {
            throw new IllegalStateException("not open yet");
        }
        return writer;
    }

    public void crash() {
        world.say(process.name(), () -> "dies");
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
            world.say(process.name(), () -> "gives up: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void open() {
        if (database.truth().epoch() != epoch) {
            return;
        }
        world.say(process.name(), () -> "opens at version " + database.truth().version());
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
        world.say(process.name(), () -> "commits " + version + ": +" + added + " -" + removed);
        world.coverage().met("operation: commit");
        return Optional.of(ManifestEdit.newBuilder()
                .setBaseVersion(base)
                .setVersion(version)
                .addAllAdded(added.stream().map(this::describe).toList())
                .addAllRemoved(removed)
                .build());
    }

    /** What a database knows of a file that it has written. */
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

    /** Sees to it that what was published either counts, or is mended. */
    void watch(CompletableFuture<LogPosition> published) {
        var unused = published.whenComplete((position, failure) -> {
            if (failure != null) {
                mend();
            }
        });
    }

    /** Opens the region once more, and tells everything: something that was committed may be missing in the log. */
    void mend() {
        if (mending || !isAlive()) {
            return;
        }
        mending = true;
        process.later(TRY_AGAIN, this::reopen);
    }

    /** Runs the action once a snapshot has told all, or telling it has become another leader's business. */
    void onceMended(Runnable action) {
        int before = snapshots;
        Waiting.until(process, FOR_EVER, () -> snapshots > before || !isLeading(), action);
    }

    private void reopen() {
        if (!isLeading() || database.truth().isDropped()) {
            mending = false;
            return;
        }
        world.coverage().met("operation: reopen");
        boolean reopened = await(() -> {
                    writer().reopen(database.published());
                    return true;
                })
                .isPresent();
        if (reopened) {
            mending = false;
            snapshotSoon();
        } else {
            process.later(TRY_AGAIN, this::reopen);
        }
    }

    /** Publishes a snapshot. */
    public void snapshotSoon() {
        if (!snapshotAsked && isAlive()) {
            snapshotAsked = true;
            process.later(dice.between(Duration.ofSeconds(1), Duration.ofSeconds(30)), this::snapshot);
        }
    }

    private void snapshot() {
        snapshotAsked = false;
        if (!isReady() || database.truth().epoch() != epoch || database.kind() == DatabaseKind.RETENTION_ONLY) {
            return;
        }
        if (writer().publishedVersion() != database.published()) {
            mend();
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
        world.say(process.name(), () -> "snapshot " + (done ? "published" : "failed"));
        if (done) {
            snapshots++;
            if (database.truth().epoch() == epoch) {
                database.setMisread(false);
            }
        } else {
            snapshotSoon();
        }
    }

    /** How a snapshot may be wrong. */
    public enum Misreading {
        /** It names nothing. */
        EMPTY,
        /** It names a quarter of a manifest that is large enough for that to be noticed. */
        HALF_READ,
        /** It names files of another region. */
        FOREIGN
    }

    /**
     * Publishes a snapshot that is wrong, and a right one some time later: only of a region that Sexton knows whole.
     * Nothing tells a small manifest that is read by half from one that has shrunk.
     */
    public void misread(Misreading how) {
        List<FileRef> files = liveFiles();
        boolean isNoticed = how == Misreading.HALF_READ ? files.size() >= LARGE : !files.isEmpty();
        if (!isReady()
                || snapshotAsked
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
        database.operator().answerTheOthers();
        database.truth().misread(database.truth().manifest());
        // No right one of this leader may come between, or it would end this one.
        snapshotAsked = true;
        await(() -> {
            try {
                return writer().publishSnapshot(announced -> new ManifestContents(database.published(), wrong));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        process.later(dice.between(Duration.ofMinutes(1), Duration.ofHours(2)), this::snapshot);
    }

    private List<FileRef> liveFiles() {
        return database.truth().manifest().stream().map(this::describe).toList();
    }

    private FileRef foreignFile() {
        return FileRef.newBuilder()
                .setPath("foreign-" + Long.toHexString(dice.bits()))
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
