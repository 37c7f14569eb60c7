package io.sexton.client.pins;

import io.sexton.proto.FilePath;
import java.time.Duration;
import java.util.Optional;

/**
 * The options of a pin. Immutable, so safe for use by any thread.
 */
public final class PinOptions {

    /**
     * Lower bound of the ttl. A shorter one would cause many heartbeats, and any pause of a process would lose the pin.
     */
    private static final Duration SHORTEST_TTL = Duration.ofMillis(400);

    private final Duration ttl;
    private final boolean forCommit;
    private final Optional<FilePath> tempManifest;
    private final Optional<Duration> maxWait;
    private final PinListener listener;

    private PinOptions(
            Duration ttl,
            boolean forCommit,
            Optional<FilePath> tempManifest,
            Optional<Duration> maxWait,
            PinListener listener) {
        this.ttl = ttl;
        this.forCommit = forCommit;
        this.tempManifest = tempManifest;
        this.maxWait = maxWait;
        this.listener = listener;
    }

    /**
     * Returns the options of a reader's pin.
     *
     * @param ttl time for which the pin holds without a heartbeat; four heartbeats are sent in each. At least 400 ms
     * @throws IllegalArgumentException if the ttl is below 400 ms
     */
    public static PinOptions ttl(Duration ttl) {
        if (ttl.compareTo(SHORTEST_TTL) < 0) {
            throw new IllegalArgumentException("ttl " + ttl + " is below " + SHORTEST_TTL);
        }
        return new PinOptions(ttl, false, Optional.empty(), Optional.empty(), PinListener.NONE);
    }

    /** Returns the options of a writer's pin: the pinned files may become live again. */
    public PinOptions forCommit() {
        return new PinOptions(ttl, true, tempManifest, maxWait, listener);
    }

    /**
     * Returns options with a file that the reader has written beside the manifest. It is deleted if the reader crashes.
     * The pin does not protect it: a scan makes it an orphan like any other file, unless the policy's
     * {@code file_pattern} excludes it.
     */
    public PinOptions tempManifest(FilePath path) {
        return new PinOptions(ttl, forCommit, Optional.of(path), maxWait, listener);
    }

    /**
     * Returns options with an upper bound on the wait for an answer of Sexton. The default is the
     * {@linkplain io.sexton.client.SextonClient.Builder#answerTimeout answer timeout} of the client.
     */
    public PinOptions maxWait(Duration longest) {
        return new PinOptions(ttl, forCommit, tempManifest, Optional.of(longest), listener);
    }

    /** Returns options with a listener for changes of the pin. */
    public PinOptions listener(PinListener receiver) {
        return new PinOptions(ttl, forCommit, tempManifest, maxWait, receiver);
    }

    /** Returns the time for which the pin holds without a heartbeat. */
    public Duration ttl() {
        return ttl;
    }

    /** Returns whether the pinned files may become live again. */
    public boolean isForCommit() {
        return forCommit;
    }

    /** Returns the file that the reader has written beside the manifest. */
    public Optional<FilePath> tempManifest() {
        return tempManifest;
    }

    /** Returns the upper bound on the wait for an answer; empty for that of the client. */
    public Optional<Duration> maxWait() {
        return maxWait;
    }

    /** Returns the listener for changes of the pin. */
    public PinListener listener() {
        return listener;
    }
}
