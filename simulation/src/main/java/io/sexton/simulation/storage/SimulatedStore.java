package io.sexton.simulation.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.storage.ListingPage;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.Lookup;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.ObjectDeletion;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectMove;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.FaultPlan.Fault;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store as one process accesses it: a file system, or an object store with etags, conditional deletes, and moves that
 * are copies. Each operation may fail, or succeed without a response, and between two of them another process may
 * write. Its responses are never false: what it reports deleted or absent is. For a dead process it does nothing.
 */
public final class SimulatedStore implements ObjectStore {
    private static final int PAGE = 3;
    private static final Duration SLOW_PAGE = Duration.ofSeconds(20);

    private final World world;
    private final Contents contents;
    private final SimulatedProcess process;
    private final boolean etags;

    public SimulatedStore(World world, Contents contents, SimulatedProcess process) {
        this.world = world;
        this.contents = contents;
        this.process = process;
        etags = world.settings().etags();
    }

    private boolean responds() {
        return process.isAlive() && contents.isReachable() && !world.fails(Fault.STORAGE_FAILS);
    }

    private void requireResponse() throws StorageProblemException {
        if (!responds()) {
            throw StorageProblemException.unknown("no response");
        }
    }

    private Optional<String> whyStop(CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        stop.ifPresent(why -> world.coverage().met("storage: stopped by the guard"));
        return stop.map(why -> "not attempted: " + why);
    }

    @Override
    public Lookup stat(ObjectKey key) {
        if (!responds()) {
            return new Lookup.Unknown("no response");
        }
        return contents.find(key)
                .<Lookup>map(object -> new Lookup.Found(object.facts(etags)))
                .orElseGet(() -> new Lookup.Absent(""));
    }

    @Override
    public List<FileResult> deleteMany(List<ObjectDeletion> objects, CallGuard guard) {
        return objects.stream().map(each -> delete(each, guard)).toList();
    }

    private FileResult delete(ObjectDeletion deletion, CallGuard guard) {
        Optional<String> stop = whyStop(guard);
        if (stop.isPresent()) {
            return FileResult.retryable(stop.get());
        }
        letAWriterComeBefore(deletion.key());
        return switch (stat(deletion.key())) {
            case Lookup.Unknown unknown -> FileResult.retryable(unknown.detail());
            case Lookup.Refused refused -> FileResult.refused(refused.detail());
            case Lookup.Absent absent -> FileResult.of(Outcome.ALREADY_ABSENT, absent.detail());
            case Lookup.Found found ->
                switch (deletion.expected().verify(found.facts())) {
                    case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
                    case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
                    case Verdict.TooYoung young -> young.result();
                    case Verdict.Same same -> deleteIfStill(deletion.key(), found.facts());
                };
        };
    }

    /** Deletes under a condition; on a file system check and delete are one. */
    private FileResult deleteIfStill(ObjectKey key, ObjectFacts found) {
        if (writtenBetween(key, found)) {
            return FileResult.of(Outcome.CHANGED, "written again since the check");
        }
        world.removed(process.name(), contents, key, contents.remove(key));
        return world.fails(Fault.STORAGE_ANSWER_LOST)
                ? FileResult.retryable("timed out")
                : new FileResult(Outcome.DELETED, "", found.sizeBytes());
    }

    private void letAWriterComeBefore(ObjectKey key) {
        if (world.fails(Fault.WRITER_COMES_BEFORE)) {
            world.overwrite(contents, key, "before the look");
        }
    }

    /**
     * Lets a writer come between a check and the operation that relies on it, and returns true if a condition on the
     * etag would fail.
     */
    private boolean writtenBetween(ObjectKey key, ObjectFacts found) {
        if (etags && world.fails(Fault.WRITER_COMES_BETWEEN)) {
            world.overwrite(contents, key, "between look and delete");
        }
        boolean written = etags
                && contents.find(key)
                        .filter(object -> object.etag().equals(found.etag()))
                        .isEmpty();
        if (written) {
            world.coverage().met("storage: a condition was not met");
        }
        return written && world.parts().conditions();
    }

    @Override
    public Moved move(ObjectMove move, CallGuard guard) {
        Optional<String> stop = whyStop(guard);
        if (stop.isPresent()) {
            return new Moved.Unknown(stop.get());
        }
        letAWriterComeBefore(move.from());
        return switch (stat(move.from())) {
            case Lookup.Unknown unknown -> new Moved.Unknown(unknown.detail());
            case Lookup.Refused refused -> new Moved.Refused(refused.detail());
            case Lookup.Absent absent -> new Moved.Absent(absent.detail());
            case Lookup.Found found ->
                switch (move.expected().verify(found.facts())) {
                    case Verdict.Different different -> new Moved.Changed(different.detail());
                    case Verdict.Unverifiable unverifiable -> new Moved.Refused(unverifiable.detail());
                    case Verdict.TooYoung young -> new Moved.TooYoung(young);
                    case Verdict.Same same ->
                        etags ? copyThenDelete(move, found.facts(), guard) : rename(move, found.facts());
                };
        };
    }

    private Moved rename(ObjectMove move, ObjectFacts found) {
        if (contents.find(move.to()).isPresent()) {
            return new Moved.Taken("something lies at " + move.to());
        }
        StoredObject object = contents.find(move.from()).orElseThrow();
        contents.rename(move.from(), move.to());
        world.moved(process.name(), contents, move.from(), object);
        return world.fails(Fault.STORAGE_ANSWER_LOST)
                ? new Moved.Unknown("timed out")
                : new Moved.Done(found.sizeBytes());
    }

    private Moved copyThenDelete(ObjectMove move, ObjectFacts found, CallGuard guard) {
        Optional<StoredObject> there = contents.find(move.to());
        boolean copied = there.filter(copy -> copy.etag().equals(found.etag())).isPresent();
        if (!copied && there.isPresent() && !move.again()) {
            return new Moved.Taken("something lies at " + move.to());
        }
        if (!copied) {
            if (writtenBetween(move.from(), found)) {
                return new Moved.Unknown("written again since the check");
            }
            contents.copy(contents.find(move.from()).orElseThrow(), move.to());
            if (world.fails(Fault.STORAGE_ANSWER_LOST)) {
                return new Moved.Unknown("timed out");
            }
        }
        Optional<String> stop = whyStop(guard);
        if (stop.isPresent() || !responds()) {
            world.coverage().met("storage: copied and not deleted");
            return new Moved.Unknown(stop.orElse("no response"));
        }
        if (writtenBetween(move.from(), found)) {
            return new Moved.Changed("written again since the copy");
        }
        world.moved(process.name(), contents, move.from(), contents.remove(move.from()));
        return new Moved.Done(found.sizeBytes());
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        @Nullable String last = null;
        List<String> names;
        do {
            Optional<String> stop = whyStop(guard);
            if (stop.isPresent()) {
                throw StorageProblemException.unknown(stop.get());
            }
            if (world.fails(Fault.LISTING_FAILS)) {
                throw StorageProblemException.unknown("a page is missing");
            }
            requireResponse();
            names = contents.names(directory, last, PAGE);
            sink.accept(page(directory, names));
            last = names.isEmpty() ? last : names.getLast();
            if (world.fails(Fault.LISTING_SLOW)) {
                world.letPass(SLOW_PAGE);
            }
        } while (!names.isEmpty());
    }

    private ListingPage page(ObjectKey directory, List<String> names) {
        String prefix = directory.value().isEmpty() ? "" : directory.value() + "/";
        List<ListingPage.Listed> objects = new ArrayList<>();
        List<ObjectKey> directories = new ArrayList<>();
        for (String name : names) {
            if (name.endsWith("/")) {
                directories.add(ObjectKey.of(prefix + name.substring(0, name.length() - 1)));
            } else {
                ObjectKey key = ObjectKey.of(prefix + name);
                contents.find(key).ifPresent(object -> objects.add(new ListingPage.Listed(key, object.facts(etags))));
            }
        }
        return new ListingPage(objects, directories);
    }

    @Override
    public void prune(ObjectKey directory) {
        // Directories are parts of keys here.
    }

    @Override
    public boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        Optional<String> stop = whyStop(guard);
        if (stop.isPresent()) {
            throw StorageProblemException.unknown(stop.get());
        }
        requireResponse();
        if (contents.find(key).isPresent()) {
            return false;
        }
        contents.write(key, content);
        if (world.fails(Fault.STORAGE_ANSWER_LOST)) {
            throw StorageProblemException.unknown("timed out");
        }
        return true;
    }

    @Override
    public InputStream read(ObjectKey key) throws StorageProblemException {
        requireResponse();
        if (etags && world.fails(Fault.WRITER_COMES_BETWEEN)) {
            world.overwrite(contents, key, "between look and delete");
        }
        StoredObject object = contents.find(key).orElseThrow(() -> StorageProblemException.absent(""));
        return new ByteArrayInputStream(object.bytes());
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws StorageProblemException, IOException {
        requireResponse();
        byte[] bytes = content.readAllBytes();
        if (bytes.length != sizeBytes) {
            throw new IOException("the content has " + bytes.length + " bytes, not " + sizeBytes);
        }
        if (world.fails(Fault.STORAGE_DAMAGES)) {
            bytes[bytes.length - 1]++;
        }
        contents.write(key, bytes);
        if (world.fails(Fault.STORAGE_ANSWER_LOST)) {
            throw StorageProblemException.unknown("timed out");
        }
    }
}
