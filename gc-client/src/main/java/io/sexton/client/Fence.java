package io.sexton.client;

import io.sexton.proto.RegionId;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A wait until every event that was logged for a region so far has been folded, and its notices have been read.
 *
 * <p>A touch by a reader that does not exist changes nothing but is answered. Answers come in log order, so the answers
 * to earlier events have come before it.
 */
final class Fence {

    private Fence() {}

    /**
     * Sends a touch and waits for its answer.
     *
     * @throws TimeoutException if the answer does not come in time
     */
    static void await(ClientParts parts, RegionId region, Duration timeout)
            throws InterruptedException, TimeoutException {
        Deadline deadline = Deadline.after(parts.clock().nanoTime(), timeout);
        String readerId = parts.ids().next();
        Answer answer = new Answer();
        try (NoticeRouter.Following following = parts.notices().followReader(region, readerId, answer)) {
            following.awaitReady(deadline.remaining(parts.clock().nanoTime()));
            RegionEvent touch = parts.sender()
                    .event(region, 0)
                    .setQueryHeartbeat(QueryHeartbeat.newBuilder().setReaderId(readerId))
                    .build();
            Futures.await(parts.sender().send(touch));
            answer.received.get(deadline.remaining(parts.clock().nanoTime()).toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Futures.rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    private static final class Answer implements NoticeRouter.VerdictHandler {
        private final CompletableFuture<Void> received = new CompletableFuture<>();

        @Override
        public void verdict(PinVerdict verdict) {
            received.complete(null);
        }

        @Override
        public void gap(String why) {
            received.completeExceptionally(new PublishException("the answer may have been missed: " + why, null));
        }
    }
}
