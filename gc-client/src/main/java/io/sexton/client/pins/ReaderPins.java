package io.sexton.client.pins;

import io.sexton.client.InvalidEventException;
import io.sexton.client.NoAnswerException;
import io.sexton.client.RejectedException;
import io.sexton.proto.RegionId;
import java.util.concurrent.CompletableFuture;

/** The factory of pins. Safe for use by any thread. */
public interface ReaderPins {

    /**
     * Pins files, and waits until Sexton has accepted that. Heartbeats are sent in the background from then on, until the
     * pin is closed.
     *
     * @return the pin, accepted. Look at {@link ReaderPin#isSure} before each use of a file
     * @throws InvalidEventException if a path or option breaks a rule, or the paths do not fit into one record; nothing
     *     is sent then
     * @throws RejectedException if files are condemned or gone, or the version is too old; no pin is held then
     * @throws NoAnswerException if no answer came within {@link PinOptions#maxWait}; no pin is held then
     * @throws IllegalStateException if the client is closed
     */
    ReaderPin pin(RegionId region, PinTarget target, PinOptions options) throws InterruptedException;

    /**
     * Pins files, as {@link #pin}, without blocking.
     *
     * @return a future that the callback executor completes with the pin, accepted. Its cancellation closes the pin
     */
    CompletableFuture<ReaderPin> pinAsync(RegionId region, PinTarget target, PinOptions options);

    /**
     * Requests a pin and returns it at once, for callers that learn of the answer by {@link PinOptions#listener} or
     * {@link ReaderPin#isSure}. The pin protects nothing before it is sure. The request is repeated until Sexton answers
     * or the pin is closed; if the client is closed, the returned pin is closed.
     *
     * @throws InvalidEventException if a path or option breaks a rule, or the paths do not fit into one record; nothing
     *     is sent then
     */
    ReaderPin request(RegionId region, PinTarget target, PinOptions options);
}
