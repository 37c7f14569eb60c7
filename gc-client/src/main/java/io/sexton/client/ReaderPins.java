package io.sexton.client;

import io.sexton.proto.RegionId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The factory of pins. Safe for use by any thread. */
public final class ReaderPins {

    private final ClientParts parts;
    private final Threads threads;
    private final Set<ReaderPin> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ReaderPins(ClientParts parts, Threads threads) {
        this.parts = parts;
        this.threads = threads;
    }

    /**
     * Requests a pin and sends its heartbeats from then on, without blocking. It protects no file before
     * {@link ReaderPin#await} has returned its acceptance. If the client is closed, the returned pin is closed.
     *
     * @throws InvalidEventException if a path or option breaks a rule, or the paths do not fit into one record
     */
    public ReaderPin pin(RegionId region, PinTarget target, PinOptions options) {
        ReaderPin pin = new ReaderPin(parts, threads, region, parts.ids().next(), target, options);
        pin.start(() -> open.remove(pin));
        open.add(pin);
        if (closed) {
            // Checked after the pin was added: a pin that close() did not find is ended here.
            pin.endWithClient();
            open.remove(pin);
        }
        return pin;
    }

    void close() {
        closed = true;
        List.copyOf(open).forEach(ReaderPin::endWithClient);
    }
}
