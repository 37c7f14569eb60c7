package io.sexton.deleter.core;

import io.sexton.v1.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The circuit breaker of one store. After several calls in a row without any answer of the storage it opens: no call is
 * given out, and the files wait without an outcome (I5). After a pause, one call probes the storage; each that fails is
 * followed by a longer pause, up to a bound. It closes at the first answer, of whichever call.
 */
final class StoreBreaker {

    /** Calls in a row that fail before the breaker opens. */
    static final int FAILURES = 5;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    /** The meaning of a call's results for the store. */
    sealed interface Verdict {

        /** The storage has answered for a file at least. */
        record Answered() implements Verdict {}

        /** The storage has not answered for any file. */
        record Failed(String problem) implements Verdict {}

        /** The call is no evidence about the storage: it was not begun, withheld, or ended by the deleter. */
        record Unclear() implements Verdict {}
    }

    private sealed interface State {

        record Closed(int failures) implements State {}

        /** @param until no probe before that */
        record Open(Duration since, Duration until, Duration pause) implements State {}

        record HalfOpen(Duration since, long probe, Duration pause) implements State {}
    }

    private static final State UNUSED = new State.Closed(0);

    private final String store;
    private State state = UNUSED;
    private Duration nextNote = Duration.ZERO;

    StoreBreaker(String store) {
        this.store = store;
    }

    /**
     * Returns the verdict of a call that has ended.
     *
     * @param isCertain false if the deleter may have ended it, because of its lock, its assignment or a revoke
     */
    static Verdict verdict(List<FileResult> results, boolean isCertain) {
        if (results.stream().anyMatch(StoreBreaker::isAnswer)) {
            return new Verdict.Answered();
        }
        Optional<FileResult> failed = results.stream()
                .filter(result -> result.outcome() == Outcome.FAILED_RETRYABLE && !result.isWithheld())
                .findFirst();
        return failed.isPresent() && isCertain ? new Verdict.Failed(failed.get().detail()) : new Verdict.Unclear();
    }

    private static boolean isAnswer(FileResult result) {
        return switch (result.outcome()) {
            case DELETED, ALREADY_ABSENT, TRASHED, ARCHIVED, CHANGED, WOULD_DELETE, REVOKED, FAILED -> true;
            // A refusal can be one of the deleter's own configuration.
            case REFUSED, FAILED_RETRYABLE, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }

    /** Returns whether a call may be given out now. */
    boolean admits(Duration now) {
        return switch (state) {
            case State.Closed closed -> true;
            case State.Open open -> now.compareTo(open.until()) >= 0;
            case State.HalfOpen halfOpen -> false;
        };
    }

    /** Enters a call that was given out. */
    void began(long call) {
        if (state instanceof State.Open open) {
            state = new State.HalfOpen(open.since(), call, open.pause());
        }
    }

    /** Enters the end of a call, or that it is overdue. Returns the change of the store, if it is one. */
    Optional<Effect.StoreHealth> ended(long call, Verdict verdict, Duration now) {
        return switch (verdict) {
            case Verdict.Answered answered -> answered(now);
            case Verdict.Failed failed -> failed(call, failed.problem(), now);
            case Verdict.Unclear unclear -> {
                if (state instanceof State.HalfOpen halfOpen && halfOpen.probe() == call) {
                    state = new State.Open(halfOpen.since(), now, halfOpen.pause());
                }
                yield Optional.empty();
            }
        };
    }

    private Optional<Effect.StoreHealth> answered(Duration now) {
        Optional<Duration> since = openSince();
        state = UNUSED;
        return since.map(began -> new Effect.StoreClosed(store, now.minus(began)));
    }

    private Optional<Effect.StoreHealth> failed(long call, String problem, Duration now) {
        switch (state) {
            case State.Closed closed
            when closed.failures() + 1 < FAILURES -> state = new State.Closed(closed.failures() + 1);
            case State.Closed closed -> {
                state = new State.Open(now, now.plus(FIRST_PAUSE), FIRST_PAUSE);
                nextNote = now.plus(NOTED_EVERY);
                return Optional.of(new Effect.StoreOpened(store, closed.failures() + 1, problem));
            }
            case State.HalfOpen halfOpen
            when halfOpen.probe() == call -> {
                Duration twice = halfOpen.pause().multipliedBy(2);
                Duration pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
                state = new State.Open(halfOpen.since(), now.plus(pause), pause);
            }
            // Calls from before the breaker opened.
            case State.Open open -> {}
            case State.HalfOpen halfOpen -> {}
        }
        return Optional.empty();
    }

    /** Returns that the store is open still, once a minute. */
    Optional<Effect.StoreHealth> passTime(Duration now) {
        Optional<Duration> since = openSince();
        if (since.isEmpty() || now.compareTo(nextNote) < 0) {
            return Optional.empty();
        }
        nextNote = now.plus(NOTED_EVERY);
        return Optional.of(new Effect.StoreStillOpen(store, now.minus(since.get())));
    }

    private Optional<Duration> openSince() {
        return switch (state) {
            case State.Closed closed -> Optional.empty();
            case State.Open open -> Optional.of(open.since());
            case State.HalfOpen halfOpen -> Optional.of(halfOpen.since());
        };
    }

    /** Returns whether it has nothing to remember. */
    boolean isUnused() {
        return state.equals(UNUSED);
    }
}
