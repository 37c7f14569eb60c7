package io.sexton.deleter.topology;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The restoration of files of one region from the trash: under the region's exclusive lock, each announced to the log before
 * it is there, so that gc-streams has it even if this process dies.
 */
public final class Restoration {

    /** The events of a restoration; each call returns once its event is acknowledged. */
    public interface Log {

        /** A file is about to be written. */
        void fileWritten(RegionId region, FileRef file) throws InterruptedException;

        /** A hold begins, or ends. */
        void hold(RegionId region, Hold hold) throws InterruptedException;

        /** Returns the log of a client, whose calls throw where no acknowledgement came. */
        static Log of(SextonClient client) {
            return new Log() {
                @Override
                public void fileWritten(RegionId region, FileRef file) throws InterruptedException {
                    var unused = client.publisher().fileWritten(region, file);
                }

                @Override
                public void hold(RegionId region, Hold hold) throws InterruptedException {
                    var unused = client.operator().hold(region, hold);
                }
            };
        }
    }

    /** The result of one file. */
    public record Restored(TrashedFile file, Moved moved) {}

    private final FileStore store;
    private final Log log;

    /** Restores from the trash of that store. */
    public Restoration(FileStore store, Log log) {
        this.store = store;
        this.log = log;
    }

    /**
     * Takes the region's lock and restores.
     *
     * @param lease how long the lock outlives this process
     * @param maxWait how long others may take to yield
     * @return one result for each file, in their order
     * @throws LockUnavailableException if the acquisition of the lock failed; nothing was touched then
     */
    public List<Restored> restore(
            BlockingCalls thread, RegionId region, List<TrashedFile> files, Duration lease, Duration maxWait)
            throws InterruptedException, LockUnavailableException {
        LockOptions options =
                LockOptions.of(LockMode.EXCLUSIVE, "RESTORE", lease).maxWait(maxWait);
        try (RegionLock lock = thread.acquire(region, options)) {
            return restore(
                    region,
                    files,
                    length -> lock.remaining().compareTo(length) > 0
                            ? Optional.empty()
                            : Optional.of("the region's lock is no longer held"));
        }
    }

    /** Restores under a lock that the guard watches over. */
    List<Restored> restore(RegionId region, List<TrashedFile> files, CallGuard guard) throws InterruptedException {
        List<Restored> restored = new ArrayList<>();
        for (TrashedFile file : files) {
            restored.add(new Restored(file, restore(region, file, guard)));
        }
        return restored;
    }

    private Moved restore(RegionId region, TrashedFile file, CallGuard guard) throws InterruptedException {
        if (!file.root().region().equals(region)) {
            return new Moved.Refused("the file is of region " + file.root().region());
        }
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            return new Moved.Unknown("not attempted: " + stop.get());
        }
        switch (store.stat(file.root(), file.path())) {
            case Lookup.Absent absent -> {
                cancelCommands(region, file);
                // WARNING: announced before it is there, or a crash leaves a file that is in no log (I6).
                log.fileWritten(region, reference(file.path(), file.facts()));
            }
            // Not announced: the file there may be live, or the copy that an attempt before this one has made.
            case Lookup.Found found -> {}
            case Lookup.Refused refused -> {
                return new Moved.Refused(refused.detail());
            }
            case Lookup.Unknown unknown -> {
                return new Moved.Unknown(unknown.detail());
            }
        }
        Moved moved = store.trash().restore(file, guard);
        if (moved instanceof Moved.Done && store.stat(file.root(), file.path()) instanceof Lookup.Found now) {
            // Once more, as it is now: where a move is a copy, it has another time and perhaps another etag.
            log.fileWritten(region, reference(file.path(), now.facts()));
        }
        return moved;
    }

    /**
     * Cancels commands for the file. WARNING: a repeat of the command that put it here may still be on its way, and the
     * restored file has the identity of the condemned one (I1). A hold revokes it: a deleter that gets the region's lock
     * afterwards reads that revoke before it deletes.
     */
    private void cancelCommands(RegionId region, TrashedFile file) throws InterruptedException {
        Hold hold = Hold.newBuilder()
                .setHoldId("restore/" + file.key())
                .setPathPrefix(file.path().value())
                .setReason("is being restored from the trash")
                .build();
        log.hold(region, hold);
        log.hold(region, hold.toBuilder().setReleased(true).build());
    }

    private static FileRef reference(FilePath path, ObjectFacts facts) {
        FileRef.Builder file = FileRef.newBuilder()
                .setPath(path.value())
                .setSizeBytes(facts.sizeBytes())
                .setModifiedAt(Times.toProto(facts.modifiedAt()));
        if (facts.etag() != null) {
            file.setEtag(facts.etag());
        }
        return file.build();
    }
}
