package io.sexton.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations on futures whose failures are unchecked exceptions. */
final class Futures {

    private static final Logger LOG = LoggerFactory.getLogger(Futures.class);

    private Futures() {}

    /** Returns the result or throws the failure. The wait is bounded by the producer's delivery timeout. */
    static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    static RuntimeException rethrown(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }

    /**
     * Calls one of the two consumers when the future is done, in the thread that completes it. An exception that they
     * throw is a defect of this library; it is logged, because no caller would receive it.
     */
    static <T> void whenDone(CompletableFuture<T> future, Consumer<T> result, Consumer<PublishException> failed) {
        var unused = future.whenComplete((value, failure) -> {
            try {
                if (failure == null) {
                    result.accept(value);
                } else {
                    failed.accept(publishFailure(failure));
                }
            } catch (RuntimeException e) {
                LOG.error("A result could not be handled: a defect of the client", e);
            }
        });
    }

    static PublishException publishFailure(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return cause instanceof PublishException known ? known : new PublishException("no acknowledgement", cause);
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
    }
}
