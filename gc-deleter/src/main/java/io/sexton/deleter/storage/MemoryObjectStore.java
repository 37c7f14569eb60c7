package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.ObjectFacts;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory, with etags, for tests, simulations and measurements that are not about storage. It has the same
 * contract as durable stores. All of its operations are atomic.
 */
public final class MemoryObjectStore implements ObjectStore {

    private static final class Content {
        private final byte[] bytes;
        private final ObjectFacts facts;

        private Content(byte[] bytes, Instant modifiedAt, String etag) {
            this.bytes = bytes;
            this.facts = new ObjectFacts(bytes.length, modifiedAt, etag);
        }
    }

    private final TreeMap<ObjectKey, Content> objects = new TreeMap<>();
    private final Supplier<Instant> clock;
    private long writes;

    /** @param clock the time at which an object is written */
    public MemoryObjectStore(Supplier<Instant> clock) {
        this.clock = clock;
    }

    /** Puts an object that was written at that time. */
    public synchronized void put(ObjectKey key, byte[] bytes, Instant modifiedAt) {
        objects.put(key, new Content(bytes.clone(), modifiedAt, "\"" + ++writes + "\""));
    }

    /** Returns every key, in order. */
    public synchronized List<ObjectKey> keys() {
        return List.copyOf(objects.keySet());
    }

    @Override
    public synchronized Lookup stat(ObjectKey key) {
        Content content = objects.get(key);
        return content == null ? new Lookup.Absent("") : new Lookup.Found(content.facts);
    }

    @Override
    public synchronized List<FileResult> deleteMany(List<ObjectDeletion> deletions, CallGuard guard) {
        return deletions.stream().map(deletion -> delete(deletion, guard)).toList();
    }

    private FileResult delete(ObjectDeletion deletion, CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            return FileResult.retryable("not attempted: " + stop.get());
        }
        Content content = objects.get(deletion.key());
        if (content == null) {
            return FileResult.of(Outcome.ALREADY_ABSENT, "");
        }
        return switch (deletion.expected().verify(content.facts)) {
            case Verdict.Different different -> FileResult.of(Outcome.CHANGED, different.detail());
            case Verdict.Unverifiable unverifiable -> FileResult.refused(unverifiable.detail());
            case Verdict.TooYoung young -> young.result();
            case Verdict.Same same -> {
                objects.remove(deletion.key());
                yield new FileResult(Outcome.DELETED, "", content.bytes.length);
            }
        };
    }

    @Override
    public synchronized Moved move(ObjectMove move, CallGuard guard) {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            return new Moved.Unknown("not attempted: " + stop.get());
        }
        @Nullable Content content = objects.get(move.from());
        if (content == null) {
            return new Moved.Absent("");
        }
        return switch (move.expected().verify(content.facts)) {
            case Verdict.Different different -> new Moved.Changed(different.detail());
            case Verdict.Unverifiable unverifiable -> new Moved.Refused(unverifiable.detail());
            case Verdict.TooYoung young -> new Moved.TooYoung(young);
            case Verdict.Same same -> {
                if (objects.containsKey(move.to())) {
                    yield new Moved.Taken("something lies at " + move.to());
                }
                objects.remove(move.from());
                objects.put(move.to(), content);
                yield new Moved.Done(content.bytes.length);
            }
        };
    }

    @Override
    public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
            throws StorageProblemException, InterruptedException {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw StorageProblemException.unknown(stop.get());
        }
        sink.accept(pageOf(directory));
    }

    private synchronized ListingPage pageOf(ObjectKey directory) {
        List<ListingPage.Listed> listed = new ArrayList<>();
        Set<ObjectKey> directories = new LinkedHashSet<>();
        objects.tailMap(directory).forEach((key, content) -> {
            if (key.isWithin(directory)) {
                String rest = key.value()
                        .substring(
                                directory.value().isEmpty()
                                        ? 0
                                        : directory.value().length() + 1);
                int slash = rest.indexOf('/');
                if (slash < 0) {
                    listed.add(new ListingPage.Listed(key, content.facts));
                } else {
                    directories.add(directory.child(rest.substring(0, slash)));
                }
            }
        });
        return new ListingPage(listed, List.copyOf(directories));
    }

    @Override
    public void prune(ObjectKey directory) {
        // Directories are parts of keys here.
    }

    @Override
    public synchronized boolean create(ObjectKey key, byte[] content, CallGuard guard) throws StorageProblemException {
        Optional<String> stop = guard.whyStop();
        if (stop.isPresent()) {
            throw StorageProblemException.unknown("not attempted: " + stop.get());
        }
        if (objects.containsKey(key)) {
            return false;
        }
        put(key, content, clock.get());
        return true;
    }

    @Override
    public synchronized InputStream read(ObjectKey key) throws StorageProblemException {
        Content content = objects.get(key);
        if (content == null) {
            throw StorageProblemException.absent("");
        }
        return new ByteArrayInputStream(content.bytes);
    }

    @Override
    public void write(ObjectKey key, long sizeBytes, InputStream content) throws IOException {
        byte[] bytes = content.readAllBytes();
        if (bytes.length != sizeBytes) {
            throw new IOException("the content has " + bytes.length + " bytes, not " + sizeBytes);
        }
        put(key, bytes, clock.get());
    }
}
