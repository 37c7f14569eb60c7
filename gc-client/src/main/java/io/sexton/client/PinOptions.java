package io.sexton.client;

import io.sexton.proto.FilePath;
import java.time.Duration;
import java.util.Optional;

/**
 * How a pin is held. Immutable.
 */
public final class PinOptions {

    /** Below this, heartbeats would be a load and every pause of a process an alarm. */
    private static final Duration SHORTEST_TTL = Duration.ofMillis(400);

    private final Duration ttl;
    private final boolean forCommit;
    private final Optional<FilePath> tempManifest;
    private final PinListener listener;

    private PinOptions(Duration ttl, boolean forCommit, Optional<FilePath> tempManifest, PinListener listener) {
        this.ttl = ttl;
        this.forCommit = forCommit;
        this.tempManifest = tempManifest;
        this.listener = listener;
    }

    /**
     * A reader's pin.
     *
     * @param ttl how long it outlives its owner; heartbeats go out four times as often. At least 400 ms
     */
    public static PinOptions ttl(Duration ttl) {
        if (ttl.compareTo(SHORTEST_TTL) < 0) {
            throw new IllegalArgumentException("ttl " + ttl + " is below " + SHORTEST_TTL);
        }
        return new PinOptions(ttl, false, Optional.empty(), PinListener.NONE);
    }

    /** A writer's pin: what it names may become live again. */
    public PinOptions forCommit() {
        return new PinOptions(ttl, true, tempManifest, listener);
    }

    /**
     * Names a file that the reader has written beside the manifest, to be deleted should the reader die. The pin does not
     * protect it: a scan makes it an orphan like any other, unless the policy's {@code file_pattern} leaves it out.
     */
    public PinOptions tempManifest(FilePath path) {
        return new PinOptions(ttl, forCommit, Optional.of(path), listener);
    }

    /** Tells this what becomes of the pin. */
    public PinOptions listener(PinListener told) {
        return new PinOptions(ttl, forCommit, tempManifest, told);
    }

    Duration ttl() {
        return ttl;
    }

    boolean isForCommit() {
        return forCommit;
    }

    Optional<FilePath> tempManifest() {
        return tempManifest;
    }

    PinListener listener() {
        return listener;
    }
}
