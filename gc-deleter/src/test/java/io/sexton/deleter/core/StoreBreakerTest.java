package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.v1.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StoreBreakerTest {

    private static final StoreBreaker.Verdict ANSWERED = new StoreBreaker.Verdict.Answered();
    private static final StoreBreaker.Verdict FAILED = new StoreBreaker.Verdict.Failed("no answer");
    private static final StoreBreaker.Verdict UNCLEAR = new StoreBreaker.Verdict.Unclear();

    private final StoreBreaker breaker = new StoreBreaker("s");
    private Duration now = Duration.ofHours(1);
    private long calls;

    @Test
    void opensAfterConsecutiveFailuresOnly() {
        repeat(StoreBreaker.FAILURES - 1, FAILED);
        call(ANSWERED);
        repeat(StoreBreaker.FAILURES - 1, FAILED);
        assertThat(breaker.admits(now)).isTrue();

        assertThat(call(FAILED)).contains(new Effect.StoreOpened("s", StoreBreaker.FAILURES, "no answer"));

        assertThat(breaker.admits(now)).isFalse();
    }

    @Test
    void callsWithoutAMeaningForTheStoreNeitherOpenNorClose() {
        repeat(StoreBreaker.FAILURES - 1, FAILED);
        repeat(10, UNCLEAR);
        assertThat(breaker.admits(now)).isTrue();
        assertThat(call(FAILED)).isPresent();

        now = now.plus(StoreBreaker.FIRST_PAUSE);
        assertThat(call(UNCLEAR)).isEmpty();

        assertThat(breaker.admits(now)).as("another probe at once").isTrue();
        assertThat(breaker.isUnused()).isFalse();
    }

    @Test
    void probesByOneCallAtATime() {
        open();
        now = now.plus(StoreBreaker.FIRST_PAUSE).minusMillis(1);
        assertThat(breaker.admits(now)).isFalse();
        now = now.plusMillis(1);
        assertThat(breaker.admits(now)).isTrue();

        breaker.began(++calls);

        assertThat(breaker.admits(now.plusSeconds(3_600))).isFalse();
    }

    @Test
    void pausesGrowToABound() {
        open();
        Duration pause = StoreBreaker.FIRST_PAUSE;
        for (int probe = 0; probe < 10; probe++) {
            assertThat(breaker.admits(now.plus(pause).minusMillis(1))).isFalse();
            now = now.plus(pause);
            assertThat(breaker.admits(now)).isTrue();
            assertThat(call(FAILED)).isEmpty();
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(StoreBreaker.LONGEST_PAUSE) < 0 ? twice : StoreBreaker.LONGEST_PAUSE;
        }
        assertThat(pause).isEqualTo(StoreBreaker.LONGEST_PAUSE);
    }

    @Test
    void anAnswerToAProbeClosesAndTheNextOutageBeginsWithTheFirstPause() {
        open();
        now = now.plus(StoreBreaker.FIRST_PAUSE);
        call(FAILED);
        now = now.plus(StoreBreaker.LONGEST_PAUSE);

        assertThat(call(ANSWERED))
                .contains(new Effect.StoreClosed("s", StoreBreaker.FIRST_PAUSE.plus(StoreBreaker.LONGEST_PAUSE)));
        assertThat(breaker.isUnused()).isTrue();

        open();
        assertThat(breaker.admits(now.plus(StoreBreaker.FIRST_PAUSE))).isTrue();
    }

    @Test
    void aCallFromBeforeTheOpeningClosesByItsAnswerAndChangesNothingByItsFailure() {
        long early = ++calls;
        breaker.began(early);
        open();
        now = now.plus(StoreBreaker.FIRST_PAUSE);
        breaker.began(++calls);

        assertThat(breaker.ended(early, FAILED, now)).isEmpty();
        assertThat(breaker.admits(now)).as("the probe is still under way").isFalse();

        assertThat(breaker.ended(early, ANSWERED, now)).isPresent();
        assertThat(breaker.admits(now)).isTrue();
    }

    @Test
    void reportsOnceAMinuteThatItIsOpen() {
        open();
        assertThat(breaker.passTime(now.plusSeconds(59))).isEmpty();
        assertThat(breaker.passTime(now.plusSeconds(60)))
                .contains(new Effect.StoreStillOpen("s", Duration.ofSeconds(60)));
        assertThat(breaker.passTime(now.plusSeconds(61))).isEmpty();
        assertThat(breaker.passTime(now.plusSeconds(120))).isPresent();
    }

    @Test
    void oneAnswerAmongTheFilesOfACallIsAnAnswer() {
        FileResult failed = FileResult.retryable("time-out");
        for (Outcome answer :
                List.of(Outcome.DELETED, Outcome.ALREADY_ABSENT, Outcome.CHANGED, Outcome.REVOKED, Outcome.FAILED)) {
            assertThat(StoreBreaker.verdict(List.of(failed, FileResult.of(answer, "")), true))
                    .isEqualTo(ANSWERED);
        }
        assertThat(StoreBreaker.verdict(List.of(failed), true)).isEqualTo(new StoreBreaker.Verdict.Failed("time-out"));
    }

    @Test
    void whatTheDeleterWithheldOrEndedIsNoFailureOfTheStore() {
        FileResult failed = FileResult.retryable("not attempted");
        assertThat(StoreBreaker.verdict(List.of(failed), false)).isEqualTo(UNCLEAR);
        assertThat(StoreBreaker.verdict(List.of(FileResult.withheld("the limit is 0")), true))
                .isEqualTo(UNCLEAR);
        assertThat(StoreBreaker.verdict(List.of(FileResult.below(Floors.Floor.MINIMUM_AGE, "too young")), true))
                .isEqualTo(UNCLEAR);
        assertThat(StoreBreaker.verdict(List.of(FileResult.refused("another root")), true))
                .isEqualTo(UNCLEAR);
    }

    private void open() {
        repeat(StoreBreaker.FAILURES, FAILED);
    }

    private void repeat(int times, StoreBreaker.Verdict verdict) {
        for (int i = 0; i < times; i++) {
            call(verdict);
        }
    }

    private Optional<Effect.StoreHealth> call(StoreBreaker.Verdict verdict) {
        breaker.began(++calls);
        return breaker.ended(calls, verdict, now);
    }
}
