package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReaderPinTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final PinTarget A = PinTarget.files(List.of(FilePath.of("a")));
    private static final PinTarget B = PinTarget.files(List.of(FilePath.of("b")));
    private final SimulatedWorld world = new SimulatedWorld(1, (offset, message) -> {});
    private final ScriptedLog log = new ScriptedLog();
    private final FakeFeed feed = new FakeFeed();
    private final ReaderPins pins = new ReaderPins(
            new ClientParts(
                    "test",
                    new EventSender(log, "test"),
                    new NoticeRouter(feed::to),
                    world,
                    Ids.fresh("reader"),
                    Duration.ZERO,
                    Duration.ofSeconds(9)),
            new Threads(world, world, Runnable::run, Runnable::run));
    private final List<String> calls = new ArrayList<>();
    private final PinOptions options = PinOptions.ttl(Duration.ofSeconds(100)).listener(new PinListener() {
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

        pin.change(A);

        assertThat(pin.await(Duration.ZERO)).isEqualTo(new PinAnswer.Accepted());
    }

    @Test
    void aRevertedChangeIsAnswered() throws Exception {
        ReaderPin pin = accepted();
        pin.change(B);

        pin.change(A);

        log.acknowledge(1);
        log.acknowledge(2);
        accept(pin, 1);
        world.run(Duration.ofSeconds(25), () -> {});
        log.acknowledge(3);
        accept(pin, 3);
        assertThat(pin.await(Duration.ZERO)).isEqualTo(new PinAnswer.Accepted());
        assertThat(pin.held()).contains(A);
    }

    @Test
    void anErrorOfAListenerDoesNotPreventLaterCalls() throws Exception {
        ReaderPin pin = accepted();

        pin.change(B);

        assertThat(calls).containsExactly("sure", "unsure");
    }

    @Test
    void theWaitForAnAnswerEndsWithTheClient() {
        ReaderPin pin = pins.pin(REGION, A, options);

        pins.close();

        assertEndedWithTheClient(pin);
    }

    @Test
    void theWaitForAnAnswerEndsWithAFeedThatIsNotReady() {
        feed.reachable = false;
        ReaderPin pin = pins.pin(REGION, A, options);

        feed.close();

        assertEndedWithTheClient(pin);
        assertThat(feed.followers).isZero();
    }

    @Test
    void aClosedClientHoldsNoPin() {
        pins.close();

        ReaderPin pin = pins.pin(REGION, A, options);

        assertEndedWithTheClient(pin);
        assertThat(pin.isSure()).isFalse();
        assertThat(feed.followers).isZero();
        assertThatThrownBy(() -> pin.change(B)).isInstanceOf(IllegalStateException.class);
    }

    private static void assertEndedWithTheClient(ReaderPin pin) {
        assertThatThrownBy(() -> pin.await(Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the client is closed");
    }

    private ReaderPin accepted() throws Exception {
        ReaderPin pin = pins.pin(REGION, A, options);
        log.acknowledge(0);
        accept(pin, 0);
        assertThat(pin.await(Duration.ZERO)).isEqualTo(new PinAnswer.Accepted());
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
