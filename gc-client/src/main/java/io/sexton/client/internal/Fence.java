package io.sexton.client.internal;

import io.sexton.client.PublishException;
import io.sexton.proto.RegionId;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A wait until every event that was logged for a region so far has been folded, and its notices have been read.
 *
 * <p>A touch by a reader that does not exist changes nothing but is answered. Answers come in log order, so the answers
 * to earlier events have come before it.
 */
public final class Fence implements NoticeRouter.VerdictHandler {

    private final CompletableFuture<Void> received = new CompletableFuture<>();

    private Fence() {}

    /** Returns an exchange of a touch for its answer. */
    public static Exchange<Void> of(ClientParts parts, RegionId region, Duration wait) {
        String readerId = parts.ids().next();
        Fence fence = new Fence();
        RegionEvent touch = parts.sender()
                .event(region)
                .setQueryHeartbeat(QueryHeartbeat.newBuilder().setReaderId(readerId))
                .build();
        return new Exchange<>(
                parts,
                "the last events of region " + region,
                wait,
                parts.notices().followReader(region, readerId, fence),
                () -> Futures.flatMap(parts.sender().send(touch), acknowledged -> fence.received));
    }

    @Override
    public void verdict(PinVerdict verdict) {
        received.complete(null);
    }

    @Override
    public void gap(String why) {
        received.completeExceptionally(new PublishException("the answer may have been missed: " + why, null));
    }
}
