package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.client.internal.PinState.Heartbeat;
import io.sexton.client.internal.PinState.Outcome;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.spi.Deadline;
import io.sexton.proto.FilePath;
import io.sexton.v1.PinVerdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PinStateTest {

    private static final PinTarget A = PinTarget.files(List.of(FilePath.of("a")));
    private static final PinTarget AB = PinTarget.files(List.of(FilePath.of("a"), FilePath.of("b")));
    private static final PinTarget B = PinTarget.files(List.of(FilePath.of("b")));
    private final PinState state = new PinState(A, Duration.ofNanos(100));

    @Test
    void isSureOnceAcknowledgedAndAccepted() {
        Heartbeat first = next(0);
        assertThat(first.names()).isEqualTo(A);
        assertThat(state.isSure(1)).isFalse();

        state.acknowledged(first, 7, 10);
        assertThat(state.isSure(10)).isFalse();

        assertThat(state.verdict(accepted(7))).isEqualTo(Outcome.ACCEPTED);
        assertThat(state.remaining(20)).isEqualTo(Duration.ofNanos(55));
        assertThat(state.held(20)).contains(A);
        assertThat(state.isSure(75)).isFalse();
    }

    @Test
    void aVerdictMayComeBeforeTheAcknowledgement() {
        Heartbeat first = next(0);

        assertThat(state.verdict(accepted(7))).isEqualTo(Outcome.NOTHING);
        assertThat(state.isSure(5)).isFalse();

        assertThat(state.acknowledged(first, 7, 10)).isEqualTo(Outcome.ACCEPTED);
        assertThat(state.isSure(10)).isTrue();
    }

    @Test
    void ignoresTheVerdictOnAnotherHeartbeat() {
        state.acknowledged(next(0), 7, 10);

        assertThat(state.verdict(accepted(6))).isEqualTo(Outcome.NOTHING);

        assertThat(state.isSure(11)).isFalse();
    }

    @Test
    void aTouchCountsFromBeforeItWasSent() {
        sure();
        Heartbeat touch = next(25);
        assertThat(touch.isTouch()).isTrue();

        state.acknowledged(touch, 8, 40);

        assertThat(state.remaining(40)).isEqualTo(Duration.ofNanos(60));
    }

    @Test
    void aLateAcknowledgementProvesNothing() {
        sure();
        Heartbeat touch = next(25);

        state.acknowledged(touch, 8, 75);

        assertThat(state.isSure(75)).isFalse();
        Heartbeat again = next(76);
        assertThat(again.names()).isEqualTo(A);
        state.acknowledged(again, 9, 77);
        assertThat(state.isSure(77)).isFalse();
        assertThat(state.verdict(accepted(9))).isEqualTo(Outcome.ACCEPTED);
        assertThat(state.isSure(78)).isTrue();
    }

    @Test
    void aRejectedTouchBreaksTheChainAndThePinIsRequestedAgain() {
        sure();
        state.acknowledged(next(25), 8, 30);

        assertThat(state.verdict(rejected(8))).isEqualTo(Outcome.NOTHING);

        assertThat(state.isSure(31)).isFalse();
        assertThat(state.reason()).isEqualTo("Sexton does not know the pin: because");
        assertThat(next(32).names()).isEqualTo(A);
    }

    @Test
    void ignoresARejectionFromBeforeTheChain() {
        sure();
        Heartbeat touch = next(25);
        state.acknowledged(touch, 8, 80);
        state.acknowledged(next(81), 9, 82);
        state.verdict(accepted(9));

        state.verdict(rejected(8));

        assertThat(state.isSure(83)).isTrue();
    }

    @Test
    void isLostWhenRejectedAndNoneIsInForce() {
        state.acknowledged(next(0), 7, 10);

        PinVerdict verdict = rejected(7).toBuilder().addCondemned("a").build();
        assertThat(state.verdict(verdict)).isEqualTo(Outcome.REJECTED);

        assertThat(state.isLost()).isTrue();
        assertThat(state.rejection()).isEqualTo(new PinState.Rejection(List.of("a"), "because"));
        assertThat(state.next(20)).isEmpty();
    }

    @Test
    void aWiderPinIsSureOfTheNarrowerUntilAccepted() {
        sure();
        state.request(AB, 11);

        assertThat(state.held(11)).contains(A);
        Heartbeat change = next(12);
        assertThat(change.names()).isEqualTo(AB);
        state.acknowledged(change, 8, 13);
        assertThat(state.held(14)).contains(A);
        assertThat(state.verdict(accepted(8))).isEqualTo(Outcome.ACCEPTED);
        assertThat(state.held(15)).contains(AB);
        assertThat(state.remaining(15)).isEqualTo(Duration.ofNanos(72));
    }

    @Test
    void aChangeThatWasNotAcceptedRenewsNothing() {
        sure();
        state.request(AB, 11);

        state.acknowledged(next(40), 8, 41);

        assertThat(state.remaining(41)).isEqualTo(Duration.ofNanos(34));
    }

    @Test
    void anotherPinIsSureOnlyOnceAccepted() {
        sure();
        state.request(B, 11);
        assertThat(state.isSure(11)).isFalse();

        state.acknowledged(next(12), 8, 13);
        state.verdict(accepted(8));

        assertThat(state.held(14)).contains(B);
    }

    @Test
    void aRejectedChangeLeavesTheEarlierPinInForce() {
        sure();
        state.request(B, 11);
        state.acknowledged(next(12), 8, 13);

        assertThat(state.verdict(rejected(8))).isEqualTo(Outcome.REJECTED);

        assertThat(state.isLost()).isFalse();
        assertThat(state.requested()).isEqualTo(A);
        assertThat(state.held(14)).contains(A);
        assertThat(next(15).isTouch()).isTrue();
    }

    @Test
    void aChangeOfUnknownOutcomeMayBeInForce() {
        sure();
        state.request(B, 11);
        Heartbeat change = next(12);
        state.failed(change);

        state.request(A, 13);

        // B may have been accepted; A is sure only once that is settled by another heartbeat.
        assertThat(state.isSure(13)).isFalse();
        Heartbeat back = next(14);
        assertThat(back.names()).isEqualTo(A);
        state.acknowledged(back, 9, 15);
        assertThat(state.isSure(16)).isFalse();
        state.verdict(accepted(9));
        assertThat(state.held(17)).contains(A);
    }

    @Test
    void thePinThatIsCertainlyInForceIsAcceptedAtOnce() {
        sure();

        assertThat(state.request(A, 11)).isEqualTo(Outcome.ACCEPTED);

        assertThat(next(12).isTouch()).isTrue();
    }

    @Test
    void aChangeRevertedBeforeItWasSentIsAcceptedAtOnce() {
        sure();
        assertThat(state.request(B, 11)).isEqualTo(Outcome.NOTHING);

        assertThat(state.request(A, 12)).isEqualTo(Outcome.ACCEPTED);

        assertThat(state.held(12)).contains(A);
    }

    @Test
    void thePinInForceIsNamedAgainWhenItIsNoLongerSure() {
        sure();

        assertThat(state.request(A, 75)).isEqualTo(Outcome.NOTHING);

        Heartbeat again = next(76);
        assertThat(again.names()).isEqualTo(A);
        state.acknowledged(again, 8, 77);
        assertThat(state.verdict(accepted(8))).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void theReversionOfARejectedChangeIsAnsweredByAnotherHeartbeat() {
        sure();
        state.request(B, 11);
        state.acknowledged(next(12), 8, 13);
        assertThat(state.request(A, 14)).isEqualTo(Outcome.NOTHING);

        assertThat(state.verdict(rejected(8))).isEqualTo(Outcome.NOTHING);

        Heartbeat back = next(15);
        assertThat(back.names()).isEqualTo(A);
        state.acknowledged(back, 9, 16);
        assertThat(state.verdict(accepted(9))).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void anAcceptanceIsNoAnswerWhileAnotherPinMayReplaceIt() {
        Heartbeat first = next(0);
        state.request(B, 1);
        Heartbeat other = next(2);
        state.request(A, 3);
        state.acknowledged(first, 7, 4);
        state.acknowledged(other, 8, 4);

        assertThat(state.verdict(accepted(7))).isEqualTo(Outcome.NOTHING);

        assertThat(state.verdict(accepted(8))).isEqualTo(Outcome.NOTHING);
        Heartbeat back = next(5);
        assertThat(back.names()).isEqualTo(A);
        state.acknowledged(back, 9, 6);
        assertThat(state.verdict(accepted(9))).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void requestsThePinAgainAfterAGap() {
        state.acknowledged(next(0), 7, 10);
        state.gap("missed");

        assertThat(state.reason()).isEqualTo("missed");
        assertThat(next(11).names()).isEqualTo(A);
    }

    @Test
    void requestsThePinAgainAfterAGapBeforeTheAcknowledgement() {
        Heartbeat first = next(0);
        state.gap("missed");

        state.acknowledged(first, 7, 10);

        assertThat(next(11).names()).isEqualTo(A);
    }

    @Test
    void requestsThePinAgainWhenAHeartbeatFails() {
        state.failed(next(0));

        assertThat(next(5).names()).isEqualTo(A);
    }

    @Test
    void atMostTwoHeartbeatsAreUnacknowledged() {
        next(0);
        next(1);

        assertThat(state.next(2)).isEmpty();
    }

    @Test
    void returnsTheEndOfTheChain() {
        assertThat(state.sureUntil(0)).isEmpty();
        sure();

        assertThat(state.sureUntil(11)).contains(new Deadline(75));

        state.breakChainIfPassed(75);
        assertThat(state.reason()).contains("0.75 of the ttl");
        assertThat(state.sureUntil(75)).isEmpty();
    }

    private void sure() {
        state.acknowledged(next(0), 7, 5);
        state.verdict(accepted(7));
        assertThat(state.isSure(10)).isTrue();
    }

    private Heartbeat next(long now) {
        return state.next(now).orElseThrow();
    }

    private static PinVerdict accepted(long offset) {
        return PinVerdict.newBuilder().setOffset(offset).setAccepted(true).build();
    }

    private static PinVerdict rejected(long offset) {
        return PinVerdict.newBuilder().setOffset(offset).setDetail("because").build();
    }
}
