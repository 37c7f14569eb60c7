package io.sexton.client.internal;

import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.client.pins.ReaderPins;
import io.sexton.proto.RegionId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The factory of pins that are kept by heartbeats. Safe for use by any thread. */
public final class HeartbeatPins implements ReaderPins {

    private final ClientParts parts;
    private final Set<HeartbeatPin> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public HeartbeatPins(ClientParts parts) {
        this.parts = parts;
    }

    @Override
    public ReaderPin pin(RegionId region, PinTarget target, PinOptions options) throws InterruptedException {
        HeartbeatPin pin = request(region, target, options);
        boolean accepted = false;
        try {
            pin.awaitAccepted(pin.answer());
            accepted = true;
            return pin;
        } finally {
            if (!accepted) {
                pin.close();
            }
        }
    }

    @Override
    public CompletableFuture<ReaderPin> pinAsync(RegionId region, PinTarget target, PinOptions options) {
        HeartbeatPin pin = request(region, target, options);
        CompletableFuture<ReaderPin> result = Futures.map(pin.accepted(pin.answer()), accepted -> pin);
        var unused = result.whenComplete((accepted, failure) -> {
            if (failure != null) {
                pin.close();
            }
        });
        return result;
    }

    @Override
    public HeartbeatPin request(RegionId region, PinTarget target, PinOptions options) {
        HeartbeatPin pin = new HeartbeatPin(parts, region, parts.ids().next(), target, options);
        pin.start(() -> open.remove(pin));
        open.add(pin);
        if (closed) {
            // Checked after the pin was added: a pin that close() did not find is ended here.
            pin.endWithClient();
            open.remove(pin);
        }
        return pin;
    }

    /** Closes every pin. */
    public void close() {
        closed = true;
        List.copyOf(open).forEach(HeartbeatPin::endWithClient);
    }
}
