package io.sexton.archive;

import io.sexton.deleter.archive.GuardedContent;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.Archiver.Archived;
import io.sexton.deleter.storage.Archiver.Candidate;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A reader of the checkpoints of hosts, several hosts at once, which passes them on in order, with a bounded
 * read-ahead.
 */
final class HostReaders {

    /**
     * The bytes of JSON that are read of one host at once. In memory a value takes 16, four times as much as the
     * shortest as text.
     */
    private static final long AT_ONCE = 32 << 20;

    /** The files of one host: each is either read or failed. */
    record Host(String name, Map<Candidate, Checkpoint> read, Map<Candidate, Archived> failed) {}

    /** A preparation of hosts, several at once, by the threads that have read them. */
    interface Preparation<T> {
        T prepare(Host host) throws IOException;
    }

    /** A consumer of hosts, one after the other. */
    interface Sink<T> {
        void accept(T prepared) throws IOException;
    }

    private final ObjectStore objects;
    private final int ahead;
    private final CallGuard guard;

    HostReaders(ObjectStore objects, int ahead, CallGuard guard) {
        this.objects = objects;
        this.ahead = ahead;
        this.guard = guard;
    }

    <T> void read(Map<String, List<Candidate>> hosts, Preparation<T> preparation, Sink<T> sink) throws IOException {
        Iterator<Map.Entry<String, List<Candidate>>> next = hosts.entrySet().iterator();
        Deque<Future<T>> reading = new ArrayDeque<>();
        ExecutorService threads = Executors.newFixedThreadPool(ahead);
        try {
            while (next.hasNext() || !reading.isEmpty()) {
                while (next.hasNext() && reading.size() < ahead) {
                    Map.Entry<String, List<Candidate>> host = next.next();
                    reading.add(threads.submit(() -> preparation.prepare(read(host.getKey(), host.getValue()))));
                }
                sink.accept(reading.remove().get());
            }
        } catch (ExecutionException e) {
            throw new IOException("a checkpoint reader failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Host read(String name, List<Candidate> files) {
        Map<Candidate, Checkpoint> read = new HashMap<>();
        Map<Candidate, Archived> failed = new HashMap<>();
        long bytes = 0;
        for (Candidate file : new ArrayList<>(files)) {
            Optional<String> stop = guard.whyStop();
            if (stop.isPresent()) {
                failed.put(file, new Archived.NotKept("not attempted: " + stop.get()));
                continue;
            }
            long size = file.facts().sizeBytes();
            if (size > AT_ONCE) {
                failed.put(
                        file,
                        new Archived.Broken(
                                "has %,d bytes, and no more than %,d are read into memory".formatted(size, AT_ONCE)));
                continue;
            }
            if (bytes + size > AT_ONCE) {
                failed.put(file, new Archived.NotKept("not attempted: enough was read of its host for one call"));
                continue;
            }
            bytes += size;
            try (InputStream in = new GuardedContent(objects.read(file.key()), guard)) {
                read.put(file, Checkpoint.read(in));
            } catch (Checkpoint.MalformedException e) {
                failed.put(file, new Archived.Broken("no checkpoint: " + e.getMessage()));
            } catch (StorageProblemException e) {
                failed.put(file, new Archived.NotKept("cannot be read: " + e.detail()));
            } catch (IOException e) {
                failed.put(file, new Archived.NotKept("cannot be read: " + e.getMessage()));
            }
        }
        return new Host(name, read, failed);
    }
}
