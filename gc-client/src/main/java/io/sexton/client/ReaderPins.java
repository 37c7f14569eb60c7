package io.sexton.client;

import io.sexton.proto.RegionId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes pins. Safe for use by any thread. */
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
     * Asks for a pin and holds it from then on. It protects nothing before {@link ReaderPin#await} has said that it was
     * accepted. Of a client that is closed it is closed from the beginning.
     *
     * @throws InvalidEventException if the paths do not fit into one record
     */
    public ReaderPin pin(RegionId region, PinTarget target, PinOptions options) {
        ReaderPin pin = new ReaderPin(parts, threads, region, parts.ids().next(), target, options);
        pin.start(() -> open.remove(pin));
        open.add(pin);
        if (closed) {
            // Looked at after it was added: what close() does not find sees that it has been called.
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
