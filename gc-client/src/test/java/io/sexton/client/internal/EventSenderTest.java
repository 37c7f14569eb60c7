package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sexton.client.InvalidEventException;
import io.sexton.client.LogPosition;
import io.sexton.client.testing.ScriptedLog;
import io.sexton.proto.RegionId;
import io.sexton.v1.Hold;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class EventSenderTest {

    private final ScriptedLog log = new ScriptedLog();
    private final EventSender sender = new EventSender(log, "datanode-3");
    private final SendOrder order = new SendOrder();

    @Test
    void addsTheProducerWhereAnEventNamesNone() {
        CompletableFuture<LogPosition> unsigned = sender.send(hold("h1"));
        CompletableFuture<LogPosition> signed =
                sender.send(hold("h2").toBuilder().setProducer("somebody").build());

        assertThat(log.appends)
                .extracting(append -> append.event().getProducer())
                .containsExactly("datanode-3", "somebody");
        assertThat(unsigned).isNotDone();
        assertThat(signed).isNotDone();
    }

    @Test
    void rejectsAnEventThatIsLargerThanARecord() {
        assertThatThrownBy(() -> sender.send(large()))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageStartingWith("hold has 10,0")
                .hasMessageEndingWith(
                        "and 0 paths, more than the 10,000 bytes of the largest record (max.request.size):"
                                + " shorten its texts");
        assertThat(log.appends).isEmpty();
    }

    @Test
    void anUnacknowledgedEventBehindAFailureFailsAlthoughItReachesTheLog() {
        CompletableFuture<LogPosition> first = sender.send(hold("h1"), order);
        CompletableFuture<LogPosition> second = sender.send(hold("h2"), order);

        log.fail(0);
        log.acknowledge(1);

        assertThatThrownBy(first::join).hasRootCauseMessage("no acknowledgement of 0");
        assertThatThrownBy(second::join)
                .hasMessageContaining("reached the log at 0@1, but behind an event that was not acknowledged");
    }

    @Test
    void nothingIsSentAfterAFailure() {
        CompletableFuture<LogPosition> first = sender.send(hold("h1"), order);
        log.fail(0);

        CompletableFuture<LogPosition> second = sender.send(hold("h2"), order);

        assertThat(first).isCompletedExceptionally();
        assertThatThrownBy(second::join)
                .hasMessageContaining("would overtake it")
                .hasRootCauseMessage("no acknowledgement of 0");
        assertThat(log.appends).hasSize(1);
        assertThat(order.failure()).isPresent();
    }

    @Test
    void acceptsEventsAfterAResetButFailsEarlierOnes() {
        CompletableFuture<LogPosition> first = sender.send(hold("h1"), order);
        CompletableFuture<LogPosition> second = sender.send(hold("h2"), order);
        log.fail(0);
        order.reset();
        CompletableFuture<LogPosition> third = sender.send(hold("h3"), order);

        log.acknowledge(1);
        log.acknowledge(2);

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThat(third.join()).isEqualTo(new LogPosition(0, 2));
    }

    @Test
    void aLateFailureFromBeforeAResetDoesNotFailLaterEvents() {
        CompletableFuture<LogPosition> first = sender.send(hold("h1"), order);
        CompletableFuture<LogPosition> second = sender.send(hold("h2"), order);
        log.fail(0);
        order.reset();

        log.fail(1);

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThat(order.failure()).isEmpty();
    }

    @Test
    void anEventThatBreaksARuleDoesNotFailLaterEvents() {
        assertThatThrownBy(() -> sender.send(hold(""), order)).isInstanceOf(InvalidEventException.class);

        assertThat(order.failure()).isEmpty();
    }

    @Test
    void rejectsEventsThatTheFoldWouldNotApply() {
        RegionEvent tick =
                hold("h").toBuilder().setTick(Tick.newBuilder().setTicker("t")).build();

        assertThat(rejectionOf(hold("")).field()).isEqualTo("hold.hold_id");
        assertThat(rejectionOf(hold("h").toBuilder().setRegion("").build())).hasMessage("region is empty");
        assertThat(rejectionOf(tick)).hasMessageStartingWith("event concerns a whole partition");
        assertThat(log.appends).isEmpty();
    }

    private InvalidEventException rejectionOf(RegionEvent event) {
        return catchThrowableOfType(InvalidEventException.class, () -> sender.send(event));
    }

    /** Returns a large event that is valid, because the length of a text for people breaks no rule. */
    private RegionEvent large() {
        RegionEvent.Builder event = hold("h").toBuilder();
        event.getHoldBuilder().setReason("r".repeat(10_000));
        return event.build();
    }

    private RegionEvent hold(String id) {
        return RegionEvent.newBuilder()
                .setRegion(RegionId.of("r").value())
                .setHold(Hold.newBuilder().setHoldId(id))
                .build();
    }
}
