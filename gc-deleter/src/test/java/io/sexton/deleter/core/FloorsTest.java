package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.deleter.core.Expectation.Verdict;
import io.sexton.deleter.core.Floors.Floor;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FloorsTest {

    private static final Instant SINCE = Instant.parse("2026-01-01T10:00:00Z");
    private static final Floors FLOORS = new Floors(
            Map.of(Reason.REGION_GONE, Duration.ofHours(1), Reason.ORPHAN, Duration.ofMinutes(10)), Duration.ZERO);
    private static final Expectation ANYTHING = new Expectation(null, null, null, null);

    private static Condemnation condemned(Reason reason, @Nullable Instant since, @Nullable Instant decidedAt) {
        return new Condemnation(reason, since, decidedAt);
    }

    @Test
    void keepsWhatWasGarbageForTooShort() {
        Instant early = SINCE.plus(Duration.ofHours(1)).minusMillis(1);

        assertThat(FLOORS.below(condemned(Reason.REGION_GONE, SINCE, early))).hasValueSatisfying(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
            assertThat(result.floor()).isEqualTo(Floor.MINIMUM_LINGER);
            assertThat(result.detail()).contains("minimum-linger", "3600 s", "REGION_GONE", "3599999 ms");
        });
        assertThat(FLOORS.below(condemned(Reason.REGION_GONE, SINCE, early.plusMillis(1))))
                .as("a later emission is decided later")
                .isEmpty();
    }

    @Test
    void hasAFloorForEachReasonAlone() {
        Instant decided = SINCE.plus(Duration.ofMinutes(10));

        assertThat(FLOORS.below(condemned(Reason.ORPHAN, SINCE, decided))).isEmpty();
        assertThat(FLOORS.below(condemned(Reason.OBSOLETE, SINCE, SINCE))).isEmpty();
        assertThat(FLOORS.below(condemned(Reason.REGION_GONE, SINCE, decided))).isPresent();
        assertThat(FLOORS.below(condemned(Reason.UNRECOGNIZED, SINCE, decided)))
                .as("of a reason that is not known, the largest floor holds")
                .isPresent();
    }

    @Test
    void keepsWhatItCannotCompute() {
        assertThat(FLOORS.below(condemned(Reason.ORPHAN, null, SINCE))).isPresent();
        assertThat(FLOORS.below(condemned(Reason.ORPHAN, SINCE, null))).isPresent();
        assertThat(FLOORS.below(condemned(Reason.OBSOLETE, null, null))).isEmpty();
        assertThat(new Floors(Map.of(), Duration.ofMinutes(1)).below(condemned(Reason.OBSOLETE, SINCE, null)))
                .hasValueSatisfying(result -> assertThat(result.floor()).isEqualTo(Floor.MINIMUM_AGE));
        assertThat(Floors.NONE.below(Condemnation.UNKNOWN)).isEmpty();
    }

    @Test
    void keepsWhatWasWrittenTooShortlyBefore() {
        Floors floors = new Floors(Map.of(), Duration.ofHours(2));
        Expectation narrow = floors.narrow(ANYTHING, condemned(Reason.EXPIRED, SINCE, SINCE));
        Instant latest = SINCE.minus(Duration.ofHours(2));

        assertThat(narrow.verify(new ObjectFacts(1, latest, null))).isInstanceOf(Verdict.Same.class);
        assertThat(narrow.verify(new ObjectFacts(1, latest.plusMillis(1), null)))
                .isInstanceOfSatisfying(Verdict.TooYoung.class, young -> {
                    assertThat(young.result().outcome()).isEqualTo(Outcome.FAILED_RETRYABLE);
                    assertThat(young.result().floor()).isEqualTo(Floor.MINIMUM_AGE);
                    assertThat(young.result().detail()).contains("minimum-age: 7200 s");
                });
    }

    @Test
    void reportsAnotherObjectAsChangedWhateverItsAge() {
        Floors floors = new Floors(Map.of(), Duration.ofHours(2));
        Expectation narrow =
                floors.narrow(new Expectation("\"e1\"", null, null, null), condemned(Reason.OBSOLETE, SINCE, SINCE));

        assertThat(narrow.verify(new ObjectFacts(1, SINCE, "\"e2\""))).isInstanceOf(Verdict.Different.class);
    }

    @Test
    void rejectsNegativeFloors() {
        assertThatThrownBy(() -> new Floors(Map.of(), Duration.ofSeconds(-1))).hasMessageContaining("minimum-age");
        assertThatThrownBy(() -> new Floors(Map.of(Reason.ORPHAN, Duration.ofSeconds(-1)), Duration.ZERO))
                .hasMessageContaining("ORPHAN");
    }
}
