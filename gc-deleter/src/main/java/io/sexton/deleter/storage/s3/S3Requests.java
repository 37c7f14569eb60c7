package io.sexton.deleter.storage.s3;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.storage.StorageProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Sends requests as the guard and the rate permit, and retries those that may be retried. Safe for use by many threads.
 */
final class S3Requests {

    /** Attempts at one thing, the first included. The guard mostly ends it before. */
    static final int ATTEMPTS = 6;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Duration timeout;
    private final Duration backoff;
    private final AdaptiveRate rate;

    S3Requests(S3Settings settings, AdaptiveRate rate) {
        this.timeout = settings.requestTimeout();
        this.backoff = settings.backoff();
        this.rate = rate;
    }

    /**
     * Sends a request that changes nothing, until there is a response.
     *
     * @throws StorageProblemException unknown, if there is none, or the storage refuses
     */
    <T> T send(String what, CallGuard guard, Supplier<T> request) throws StorageProblemException {
        for (int attempt = 1; ; attempt++) {
            requireLeave(what, guard, timeout);
            try {
                T answer = request.get();
                rate.served();
                return answer;
            } catch (SdkException e) {
                noteThrottling(e);
                if (!S3Problem.isPassing(e) || attempt == ATTEMPTS) {
                    throw S3Problem.unknown(what, e);
                }
                pause(what, attempt, guard);
            }
        }
    }

    /**
     * Sends a request for a change once. The caller checks the objects before a retry.
     *
     * @param keys number of objects of the request
     * @throws StorageProblemException if it was not sent
     * @throws SdkException if the storage refused, or its response is not known
     */
    <T> T change(String what, int keys, CallGuard guard, Supplier<T> request) throws StorageProblemException {
        awaitTurn(what, keys, guard);
        // WARNING: checked after every wait: the request may run for all of its time-out (I4).
        requireLeave(what, guard, timeout);
        try {
            T answer = request.get();
            rate.served();
            return answer;
        } catch (SdkException e) {
            noteThrottling(e);
            throw e;
        }
    }

    private void awaitTurn(String what, int keys, CallGuard guard) throws StorageProblemException {
        while (true) {
            Duration wait = rate.untilFree();
            if (wait.isZero()) {
                requireLeave(what, guard, timeout);
            } else {
                requireLeave(what + ", held back by throttling", guard, timeout.plus(wait));
            }
            if (rate.reserve(keys, wait)) {
                if (!wait.isZero()) {
                    sleep(what, wait);
                }
                return;
            }
            // Another thread was counted between: the longer wait needs a permission of its own.
        }
    }

    /** Reduces the rate after the storage throttled some keys of a request that it executed. */
    void throttled() {
        rate.throttled();
    }

    private void noteThrottling(SdkException e) {
        if (S3Problem.isThrottling(e)) {
            rate.throttled();
        }
    }

    /** Pauses before the next attempt: at random, so that many that failed at once do not retry at once. */
    void pause(String what, int attempt, CallGuard guard) throws StorageProblemException {
        long longest = Math.min(LONGEST_PAUSE.toNanos(), backoff.toNanos() << Math.min(attempt - 1, 20));
        Duration pause = Duration.ofNanos(ThreadLocalRandom.current().nextLong(longest) + 1);
        requireLeave(what, guard, timeout.plus(pause));
        sleep(what, pause);
    }

    private static void requireLeave(String what, CallGuard guard, Duration length) throws StorageProblemException {
        Optional<String> stop = guard.whyStop(length);
        if (stop.isPresent()) {
            throw StorageProblemException.unknown(what + ": not attempted: " + stop.get());
        }
    }

    private static void sleep(String what, Duration length) throws StorageProblemException {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StorageProblemException.unknown(what + ": interrupted");
        }
    }
}
