package io.sexton.client.internal;

import io.sexton.client.PublishException;
import io.sexton.client.SextonException;
import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.Timers;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Operations on futures. The futures that they return fail with the failure itself, never with a wrapper of it. */
public final class Futures {

    private static final Logger LOG = LoggerFactory.getLogger(Futures.class);

    private Futures() {}

    /** A task on which the completion of a future depends. An executor that is closed must not drop it in silence. */
    private record Stage(Runnable action) implements Runnable, CompletableFuture.AsynchronousCompletionTask {
        @Override
        public void run() {
            action.run();
        }
    }

    /** Returns the result or throws the failure. */
    public static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    /** Returns the failure of a future as an exception to throw. */
    static RuntimeException rethrown(ExecutionException failure) {
        Throwable cause = unwrapped(failure.getCause() == null ? failure : failure.getCause());
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }

    /** Returns a future of the function's result. The function runs in the thread that completes the given future. */
    public static <T, U> CompletableFuture<U> map(CompletableFuture<T> future, Function<T, U> function) {
        return flatMap(future, value -> CompletableFuture.completedFuture(function.apply(value)));
    }

    /** Returns the future that the function returns for the result. It runs in the thread that completes the first. */
    public static <T, U> CompletableFuture<U> flatMap(
            CompletableFuture<T> future, Function<T, CompletableFuture<U>> function) {
        return flatMap(future, Runnable::run, function);
    }

    /** Returns the future that the function returns for the result. The executor calls it. */
    public static <T, U> CompletableFuture<U> flatMap(
            CompletableFuture<T> future, Executor executor, Function<T, CompletableFuture<U>> function) {
        CompletableFuture<U> result = new CompletableFuture<>();
        var unused = future.whenComplete((value, failure) -> {
            if (failure != null) {
                result.completeExceptionally(unwrapped(failure));
                return;
            }
            try {
                executor.execute(new Stage(() -> follow(result, () -> function.apply(value))));
            } catch (RuntimeException rejected) {
                result.completeExceptionally(rejected);
            }
        });
        return result;
    }

    /** Completes a future as another one, or with the exception of the call that was to return it. */
    private static <T> void follow(CompletableFuture<T> result, Supplier<CompletableFuture<T>> call) {
        try {
            copy(call.get(), result);
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private static <T> void copy(CompletableFuture<T> from, CompletableFuture<T> to) {
        var unused = from.whenComplete((value, failure) -> complete(to, value, failure));
    }

    private static <T> void complete(CompletableFuture<T> future, @Nullable T value, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(unwrapped(failure));
        }
    }

    /** Returns a future that the executor completes. Its cancellation cancels the given one. */
    public static <T> CompletableFuture<T> completedBy(Executor executor, CompletableFuture<T> future) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = future.whenComplete((value, failure) -> {
            if (!result.isDone()) {
                try {
                    executor.execute(new Stage(() -> complete(result, value, failure)));
                } catch (RejectedExecutionException closed) {
                    complete(result, value, failure);
                }
            }
        });
        onCancel(result, () -> future.cancel(false));
        return result;
    }

    /** Returns a future without the result. */
    public static CompletableFuture<Void> done(CompletableFuture<?> future) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        var unused = future.whenComplete((value, failure) -> complete(result, null, failure));
        onCancel(result, () -> future.cancel(false));
        return result;
    }

    /** Returns a future of the last of several results. */
    public static <T> CompletableFuture<T> last(CompletableFuture<List<T>> results) {
        return map(results, all -> all.get(all.size() - 1));
    }

    /** Returns a future of the result of a call that blocks, or of what it throws. The executor calls it. */
    public static <T> CompletableFuture<T> call(Executor executor, Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                result.complete(call.call());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(e);
            } catch (Exception | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Returns a future of all results, in order. It fails if one fails, once all are done. */
    public static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
        return map(
                CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)),
                done -> futures.stream().map(CompletableFuture::join).toList());
    }

    /** Runs the action if the future is cancelled. */
    static void onCancel(CompletableFuture<?> future, Runnable action) {
        var unused = future.whenComplete((value, failure) -> {
            if (future.isCancelled()) {
                action.run();
            }
        });
    }

    /** Returns a future that fails with another failure if the given one is not done at the deadline. */
    static <T> CompletableFuture<T> within(
            CompletableFuture<T> future,
            Deadline deadline,
            Timers timers,
            Supplier<? extends SextonException> tooLate) {
        if (future.isDone()) {
            return future;
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Timers.Task timer = timers.at(deadline, () -> result.completeExceptionally(tooLate.get()));
        var unused = future.whenComplete((value, failure) -> {
            timer.cancel();
            complete(result, value, failure);
        });
        return result;
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

    private static PublishException publishFailure(Throwable failure) {
        Throwable cause = unwrapped(failure);
        return cause instanceof PublishException known ? known : new PublishException("no acknowledgement", cause);
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
    }
}
