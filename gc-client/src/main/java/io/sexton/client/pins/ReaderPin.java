package io.sexton.client.pins;

import io.sexton.client.InvalidEventException;
import io.sexton.client.NoAnswerException;
import io.sexton.client.RejectedException;
import io.sexton.proto.RegionId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A pin, which protects files from deletion while a reader reads them or a writer is about to commit them (I2).
 *
 * <p>Heartbeats are sent in the background, four for each ttl. The pin protects only once it was accepted, and only while
 * {@link #isSure} returns true, which is exact at any time, however late a callback is. A read without a sure pin is
 * protected by the linger only.
 *
 * <p>The client requests a pin again that is no longer sure. {@link PinListener#onSure} then reports that it was
 * accepted again: none of the pinned files is condemned or gone. A rejection reports that some are. A path of a file list
 * may hold another file by then: see {@link PinListener#onSure}.
 *
 * <p>Safe for use by any thread. No method but {@link #change} blocks.
 */
public interface ReaderPin extends AutoCloseable {

    /** Returns the id that identifies this reader to Sexton. */
    String readerId();

    /** Returns the region whose files the pin protects. */
    RegionId region();

    /**
     * Returns whether the pin certainly holds now. After a {@link #change}, until it is accepted, that is the case only
     * if the new target includes the old one; the old target is then sure, see {@link #held}.
     */
    boolean isSure();

    /**
     * Returns the time for which the pin certainly holds, even if no further heartbeat is acknowledged; zero if it is
     * not sure.
     */
    Duration remaining();

    /** Returns the target that is certainly pinned now; empty if the pin is not sure. */
    Optional<PinTarget> held();

    /** Returns whether Sexton has rejected the pin and no earlier one is in force. The client does not retry then. */
    boolean isLost();

    /**
     * Requests another target in place of the current one, and waits for the answer. If it is rejected, the current
     * target stays in force. If the new target does not include the current one, the listener is called because the pin
     * is no longer sure, and again with the result. A target that is certainly in force is accepted at once.
     *
     * @throws InvalidEventException if a path breaks a rule, or the paths do not fit into one record; nothing is sent
     *     then
     * @throws RejectedException if the target is rejected
     * @throws NoAnswerException if no answer came within {@link PinOptions#maxWait}. The request continues, and either
     *     target may be in force: look at {@link #held}
     * @throws IllegalStateException if the pin is closed or lost, or another change replaces this one
     */
    void change(PinTarget target) throws InterruptedException;

    /** Requests another target, as {@link #change}, without blocking. The callback executor completes the future. */
    CompletableFuture<Void> changeAsync(PinTarget target);

    /**
     * Ends the pin and publishes its end, without blocking. If that does not reach the log, the pin expires with its
     * ttl.
     */
    @Override
    void close();
}
