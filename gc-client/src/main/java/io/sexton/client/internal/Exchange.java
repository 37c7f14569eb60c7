package io.sexton.client.internal;

import io.sexton.client.NoAnswerException;
import io.sexton.client.PublishException;
import io.sexton.client.spi.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A request whose answer comes by the notices of a region. It is sent once the notices are being read, because an earlier
 * answer could be missed; all of it within one deadline.
 */
public final class Exchange<T> {

    private final ClientParts parts;
    private final String what;
    private final Duration wait;
    private final Deadline deadline;
    private final NoticeRouter.Following following;
    private final Supplier<CompletableFuture<T>> request;

    /**
     * @param what the request, for messages
     * @param request sends it and returns the future of its answer
     */
    Exchange(
            ClientParts parts,
            String what,
            Duration wait,
            NoticeRouter.Following following,
            Supplier<CompletableFuture<T>> request) {
        this.parts = parts;
        this.what = what;
        this.wait = wait;
        this.deadline = Deadline.after(parts.clock().nanoTime(), wait);
        this.following = following;
        this.request = request;
    }

    /**
     * Sends the request and returns its answer.
     *
     * @throws PublishException if the notices cannot be read in time, or no acknowledgement of the request came
     * @throws NoAnswerException if the answer does not come in time
     */
    public T await() throws InterruptedException {
        try (following) {
            following.awaitReady(remaining());
            return request.get().get(remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Futures.rethrown(e);
        } catch (TimeoutException e) {
            throw noAnswer();
        }
    }

    /** Sends the request, as {@link #await}. The callback executor completes the future. */
    public CompletableFuture<T> async() {
        CompletableFuture<T> answer = Futures.flatMap(
                following.readyBefore(deadline, parts.threads().timers()),
                parts.threads().sends(),
                ready -> Futures.within(request.get(), deadline, parts.threads().timers(), this::noAnswer));
        var unused = answer.whenComplete((value, failure) -> following.close());
        return Futures.completedBy(parts.threads().callbacks(), answer);
    }

    private Duration remaining() {
        return deadline.remaining(parts.clock().nanoTime());
    }

    private NoAnswerException noAnswer() {
        return new NoAnswerException("no answer to " + what + " within " + wait);
    }
}
