package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.client.internal.LeaseState.Effect;
import io.sexton.client.internal.LeaseState.Phase;
import io.sexton.client.locks.FencingToken;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LeaseStateTest {

    private static final FencingToken TOKEN = new FencingToken(42);
    private final LeaseState state = new LeaseState("acquire", Duration.ofNanos(100));

    @Test
    void isHeldForThreeQuartersFromBeforeTheRequest() {
        state.requesting(1_000);

        assertThat(state.granted(TOKEN, 1_030)).isEqualTo(Effect.GRANT);

        assertThat(state.remaining(1_030)).isEqualTo(Duration.ofNanos(45));
        assertThat(state.remaining(1_075)).isZero();
        assertThat(state.token()).contains(TOKEN);
    }

    @Test
    void aRepeatedRequestCountsFromTheFirst() {
        state.requesting(1_000);
        state.requesting(1_050);

        state.granted(TOKEN, 1_060);

        assertThat(state.remaining(1_060)).isEqualTo(Duration.ofNanos(15));
    }

    @Test
    void aLateGrantIsHeldOnlyAfterARenewal() {
        state.requesting(1_000);

        assertThat(state.granted(TOKEN, 1_075)).isEqualTo(Effect.RENEW);
        assertThat(state.phase()).isEqualTo(Phase.LATE);
        assertThat(state.remaining(1_075)).isZero();

        state.renewing("renew", 1_080);
        assertThat(state.renewed("renew", 1_090)).isEqualTo(Effect.GRANT);
        assertThat(state.remaining(1_090)).isEqualTo(Duration.ofNanos(65));
    }

    @Test
    void aRenewalThatIsAnsweredLateIsRepeated() {
        state.requesting(1_000);
        state.granted(TOKEN, 1_075);
        state.renewing("renew", 1_080);

        assertThat(state.renewed("renew", 1_155)).isEqualTo(Effect.RENEW);
        assertThat(state.phase()).isEqualTo(Phase.LATE);
    }

    @Test
    void countsARenewalFromBeforeItWasSent() {
        hold();
        state.renewing("first", 1_020);
        state.renewing("second", 1_040);

        state.renewed("second", 1_050);
        assertThat(state.remaining(1_050)).isEqualTo(Duration.ofNanos(65));
        state.renewed("first", 1_055);
        assertThat(state.remaining(1_055)).isEqualTo(Duration.ofNanos(60));
    }

    @Test
    void ignoresAnswersToUnknownRequests() {
        hold();

        assertThat(state.renewed("nobody's", 1_050)).isEqualTo(Effect.NOTHING);
        assertThat(state.rejected("nobody's", "no")).isEqualTo(Effect.NOTHING);
        assertThat(state.remaining(1_050)).isEqualTo(Duration.ofNanos(25));
    }

    @Test
    void staysLostOnceLost() {
        hold();
        state.renewing("renew", 1_070);

        assertThat(state.checkDeadline(1_075)).isEqualTo(Effect.REPORT_LOSS);
        assertThat(state.renewed("renew", 1_076)).isEqualTo(Effect.NOTHING);
        assertThat(state.phase()).isEqualTo(Phase.LOST);
        assertThat(state.remaining(1_076)).isZero();
        assertThat(state.reason()).contains("0.75");
    }

    @Test
    void aRenewalAfterTheDeadlineDoesNotRestoreALostLock() {
        hold();
        state.renewing("renew", 1_070);

        assertThat(state.renewed("renew", 1_075)).isEqualTo(Effect.REPORT_LOSS);
        assertThat(state.phase()).isEqualTo(Phase.LOST);
    }

    @Test
    void isLostWhenARenewalIsRejectedOrItEndsInTheLog() {
        hold();
        state.renewing("renew", 1_020);
        assertThat(state.rejected("renew", "held no longer")).isEqualTo(Effect.REPORT_LOSS);
        assertThat(state.reason()).isEqualTo("a renewal was rejected: held no longer");

        LeaseState other = new LeaseState("acquire", Duration.ofNanos(100));
        other.requesting(0);
        other.granted(TOKEN, 1);
        assertThat(other.ended("expired")).isEqualTo(Effect.REPORT_LOSS);
        assertThat(other.remaining(2)).isZero();
    }

    @Test
    void isRejectedWhenRejectedOrEndedBeforeItIsHeld() {
        state.requesting(0);
        assertThat(state.rejected("acquire", "taken")).isEqualTo(Effect.REJECT);
        assertThat(state.granted(TOKEN, 1)).isEqualTo(Effect.NOTHING);
        assertThat(state.phase()).isEqualTo(Phase.REJECTED);

        LeaseState late = new LeaseState("acquire", Duration.ofNanos(100));
        late.requesting(0);
        late.granted(TOKEN, 80);
        assertThat(late.ended("expired")).isEqualTo(Effect.REJECT);
    }

    @Test
    void releasesAGrantOfAnAbandonedRequest() {
        state.requesting(0);
        state.abandon();

        assertThat(state.granted(TOKEN, 1)).isEqualTo(Effect.RELEASE);
        assertThat(state.token()).contains(TOKEN);
        assertThat(state.remaining(1)).isZero();
    }

    @Test
    void isNotHeldOnceAbandoned() {
        hold();

        state.abandon();

        assertThat(state.remaining(1_011)).isZero();
        assertThat(state.checkDeadline(2_000)).isEqualTo(Effect.NOTHING);
        assertThat(state.ended("released")).isEqualTo(Effect.NOTHING);
    }

    @Test
    void keepsABoundedNumberOfRenewals() {
        hold();
        for (int i = 0; i < 5; i++) {
            state.renewing("renew" + i, 1_020 + i);
        }

        assertThat(state.rejected("renew0", "no")).isEqualTo(Effect.NOTHING);
        assertThat(state.rejected("renew1", "no")).isEqualTo(Effect.REPORT_LOSS);
    }

    private void hold() {
        state.requesting(1_000);
        assertThat(state.granted(TOKEN, 1_010)).isEqualTo(Effect.GRANT);
    }
}
