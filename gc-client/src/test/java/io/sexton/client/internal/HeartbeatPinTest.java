package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.NoAnswerException;
import io.sexton.client.RejectedException;
import io.sexton.client.pins.PinListener;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.client.testing.FakeFeed;
import io.sexton.client.testing.FakePorts;
import io.sexton.client.testing.ScriptedLog;
import io.sexton.client.testing.SimulatedWorld;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class HeartbeatPinTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final PinTarget A = PinTarget.files(List.of(FilePath.of("a")));
    private static final PinTarget B = PinTarget.files(List.of(FilePath.of("b")));
    private final SimulatedWorld world = new SimulatedWorld(1, (offset, message) -> {});
    private final ScriptedLog log = new ScriptedLog();
    private final FakeFeed feed = new FakeFeed();
    private final HeartbeatPins pins = new HeartbeatPins(ClientParts.of(
            FakePorts.of(log, feed::to, world).timers(world), "test", Duration.ZERO, Duration.ofSeconds(9)));
    private final List<String> calls = new ArrayList<>();
    private final PinOptions options = PinOptions.ttl(Duration.ofSeconds(100))
            .maxWait(Duration.ofSeconds(50))
            .listener(new PinListener() {
                @Override
                public void onSure() {
                    calls.add("sure");
                    throw new AssertionError("a defect of the listener");
                }

                @Override
                public void onUnsure(String why) {
                    calls.add("unsure");
                }
            });

    @Test
    void aChangeToThePinInForceIsAnsweredAtOnce() throws Exception {
        ReaderPin pin = accepted();

        assertThat(pin.changeAsync(A)).isCompletedWithValue(null);
    }

    @Test
    void aRevertedChangeIsAnswered() throws Exception {
        ReaderPin pin = accepted();
        CompletableFuture<Void> replaced = pin.changeAsync(B);

        CompletableFuture<Void> reverted = pin.changeAsync(A);

        assertThatThrownBy(replaced::join).hasCauseInstanceOf(IllegalStateException.class);

        log.acknowledge(1);
        log.acknowledge(2);
        accept(pin, 1);
        world.run(Duration.ofSeconds(25), () -> {});
        log.acknowledge(3);
        accept(pin, 3);
        assertThat(reverted).isCompletedWithValue(null);
        assertThat(pin.held()).contains(A);
    }

    @Test
    void anErrorOfAListenerDoesNotPreventLaterCalls() throws Exception {
        ReaderPin pin = accepted();

        assertThat(pin.changeAsync(B)).isNotDone();

        assertThat(calls).containsExactly("sure", "unsure");
    }

    @Test
    void theWaitForAnAnswerEndsWithTheClient() {
        HeartbeatPin pin = pins.request(REGION, A, options);

        pins.close();

        assertEndedWithTheClient(pin);
    }

    @Test
    void theWaitForAnAnswerEndsWithAFeedThatIsNotReady() {
        feed.reachable = false;
        HeartbeatPin pin = pins.request(REGION, A, options);

        feed.close();

        assertEndedWithTheClient(pin);
        assertThat(feed.followers).isZero();
    }

    @Test
    void aClosedClientHoldsNoPin() {
        pins.close();

        HeartbeatPin pin = pins.request(REGION, A, options);

        assertEndedWithTheClient(pin);
        assertThat(pin.isSure()).isFalse();
        assertThat(feed.followers).isZero();
        assertThatThrownBy(() -> pin.change(B)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPinThatIsNotAnsweredInTimeIsClosed() {
        CompletableFuture<ReaderPin> pin = pins.pinAsync(REGION, A, options.maxWait(Duration.ofSeconds(5)));
        log.acknowledge(0);
        world.run(Duration.ofSeconds(4), () -> {});
        assertThat(pin).isNotDone();

        world.run(Duration.ofSeconds(1), () -> {});

        assertThatThrownBy(pin::join).hasCauseInstanceOf(NoAnswerException.class);
        assertThat(log.appends.get(1).event().hasQueryFinished()).isTrue();
        assertThat(feed.followers).isZero();
    }

    @Test
    void aPinWhoseFutureIsCancelledIsClosed() {
        CompletableFuture<ReaderPin> pin = pins.pinAsync(REGION, A, options);

        pin.cancel(false);

        assertThat(log.appends.get(1).event().hasQueryFinished()).isTrue();
        assertThat(feed.followers).isZero();
    }

    @Test
    void theFutureOfARejectedPinFailsWithItsPaths() {
        CompletableFuture<ReaderPin> pin = pins.pinAsync(REGION, A, options);
        String reader = log.appends.get(0).event().getQueryHeartbeat().getReaderId();
        log.acknowledge(0);
        Notice.Builder verdict = Notice.newBuilder();
        verdict.getPinVerdictBuilder().setReaderId(reader).addCondemned("a").setDetail("condemned");

        feed.deliver(REGION, verdict.build());

        Throwable failure = pin.handle((held, thrown) -> thrown).join();
        assertThat(failure)
                .isInstanceOf(RejectedException.class)
                .hasMessage("the pin of region r was rejected: condemned");
        assertThat(((RejectedException) failure).paths()).containsExactly("a");
        assertThat(feed.followers).isZero();
    }

    private static void assertEndedWithTheClient(HeartbeatPin pin) {
        assertThatThrownBy(() -> pin.awaitAccepted(pin.answer()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the client is closed");
    }

    private ReaderPin accepted() throws Exception {
        HeartbeatPin pin = pins.request(REGION, A, options);
        log.acknowledge(0);
        accept(pin, 0);
        assertThat(pin.answer()).isCompletedWithValue(null);
        assertThat(pin.held()).contains(A);
        return pin;
    }

    private void accept(ReaderPin pin, long offset) {
        Notice.Builder verdict = Notice.newBuilder();
        verdict.getPinVerdictBuilder()
                .setReaderId(pin.readerId())
                .setOffset(offset)
                .setAccepted(true);
        feed.deliver(REGION, verdict.build());
    }
}
