package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.client.LeaseState.Effect;
import io.sexton.client.LeaseState.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LeaseStateTest {

    private static final FencingToken TOKEN = new FencingToken(42);
    private final LeaseState state = new LeaseState("ask", Duration.ofNanos(100));

    @Test
    void isHeldForThreeQuartersFromBeforeTheRequest() {
        state.asked(1_000);

        assertThat(state.granted(TOKEN, 1_030)).isEqualTo(Effect.HOLD);

        assertThat(state.remaining(1_030)).isEqualTo(Duration.ofNanos(45));
        assertThat(state.remaining(1_075)).isZero();
        assertThat(state.token()).contains(TOKEN);
    }

    @Test
    void aRepeatedRequestCountsFromTheFirst() {
        state.asked(1_000);
        state.asked(1_050);

        state.granted(TOKEN, 1_060);

        assertThat(state.remaining(1_060)).isEqualTo(Duration.ofNanos(15));
    }

    @Test
    void aLateGrantIsHeldOnlyAfterARenewal() {
        state.asked(1_000);

        assertThat(state.granted(TOKEN, 1_075)).isEqualTo(Effect.RENEW);
        assertThat(state.phase()).isEqualTo(Phase.LATE);
        assertThat(state.remaining(1_075)).isZero();

        state.renewing("renew", 1_080);
        assertThat(state.renewed("renew", 1_090)).isEqualTo(Effect.HOLD);
        assertThat(state.remaining(1_090)).isEqualTo(Duration.ofNanos(65));
    }

    @Test
    void aRenewalThatIsAnsweredLateIsRepeated() {
        state.asked(1_000);
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
    void answersToUnknownRequestsChangeNothing() {
        hold();

        assertThat(state.renewed("nobody's", 1_050)).isEqualTo(Effect.NOTHING);
        assertThat(state.refused("nobody's", "no")).isEqualTo(Effect.NOTHING);
        assertThat(state.remaining(1_050)).isEqualTo(Duration.ofNanos(25));
    }

    @Test
    void staysLostOnceLost() {
        hold();
        state.renewing("renew", 1_070);

        assertThat(state.passed(1_075)).isEqualTo(Effect.LOSE);
        assertThat(state.renewed("renew", 1_076)).isEqualTo(Effect.NOTHING);
        assertThat(state.phase()).isEqualTo(Phase.LOST);
        assertThat(state.remaining(1_076)).isZero();
        assertThat(state.why()).contains("0.75");
    }

    @Test
    void aRenewalThatComesAfterTheCountDoesNotReviveIt() {
        hold();
        state.renewing("renew", 1_070);

        assertThat(state.renewed("renew", 1_075)).isEqualTo(Effect.LOSE);
        assertThat(state.phase()).isEqualTo(Phase.LOST);
    }

    @Test
    void isLostWhenARenewalIsTurnedDownOrItEndsInTheLog() {
        hold();
        state.renewing("renew", 1_020);
        assertThat(state.refused("renew", "held no longer")).isEqualTo(Effect.LOSE);
        assertThat(state.why()).isEqualTo("a renewal was turned down: held no longer");

        LeaseState other = new LeaseState("ask", Duration.ofNanos(100));
        other.asked(0);
        other.granted(TOKEN, 1);
        assertThat(other.ended("expired")).isEqualTo(Effect.LOSE);
        assertThat(other.remaining(2)).isZero();
    }

    @Test
    void isRefusedWhenTurnedDownOrEndedBeforeItIsHeld() {
        state.asked(0);
        assertThat(state.refused("ask", "taken")).isEqualTo(Effect.REFUSE);
        assertThat(state.granted(TOKEN, 1)).isEqualTo(Effect.NOTHING);
        assertThat(state.phase()).isEqualTo(Phase.REFUSED);

        LeaseState late = new LeaseState("ask", Duration.ofNanos(100));
        late.asked(0);
        late.granted(TOKEN, 80);
        assertThat(late.ended("expired")).isEqualTo(Effect.REFUSE);
    }

    @Test
    void givesBackAGrantThatNobodyWants() {
        state.asked(0);
        state.giveUp();

        assertThat(state.granted(TOKEN, 1)).isEqualTo(Effect.GIVE_BACK);
        assertThat(state.token()).contains(TOKEN);
        assertThat(state.remaining(1)).isZero();
    }

    @Test
    void isNotHeldOnceGivenUp() {
        hold();

        state.giveUp();

        assertThat(state.remaining(1_011)).isZero();
        assertThat(state.passed(2_000)).isEqualTo(Effect.NOTHING);
        assertThat(state.ended("released")).isEqualTo(Effect.NOTHING);
    }

    @Test
    void forgetsTheOldestOfManyRenewals() {
        hold();
        for (int i = 0; i < 5; i++) {
            state.renewing("renew" + i, 1_020 + i);
        }

        assertThat(state.refused("renew0", "no")).isEqualTo(Effect.NOTHING);
        assertThat(state.refused("renew1", "no")).isEqualTo(Effect.LOSE);
    }

    private void hold() {
        state.asked(1_000);
        assertThat(state.granted(TOKEN, 1_010)).isEqualTo(Effect.HOLD);
    }
}
