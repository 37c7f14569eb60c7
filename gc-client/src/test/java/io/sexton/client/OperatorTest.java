package io.sexton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sexton.client.testing.FakeFeed;
import io.sexton.client.testing.FakePorts;
import io.sexton.client.testing.ManualClock;
import io.sexton.client.testing.ScriptedLog;
import io.sexton.proto.EventRules;
import io.sexton.proto.RegionId;
import io.sexton.v1.Approval;
import io.sexton.v1.Hold;
import io.sexton.v1.Policy;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionEvent.EventCase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OperatorTest {

    private static final RegionId REGION = RegionId.of("r1");
    private final ScriptedLog log = new ScriptedLog().acknowledging();
    private final Operator operator = SextonClient.builder(FakePorts.of(log, new FakeFeed()::to, new ManualClock()))
            .name("alice")
            .build()
            .operator();

    @Test
    void eachActIsOneEventOfTheRegion() throws Exception {
        Approval approval = Approval.newBuilder()
                .setApprovalId("a1")
                .setOperator("alice")
                .setLatchOffset(4711)
                .build();

        assertThat(operator.hold(REGION, hold("h1"))).isEqualTo(new LogPosition(0, 0));
        assertThat(operator.release(REGION, "h1")).isEqualTo(new LogPosition(0, 1));
        operator.approve(REGION, approval);
        operator.retry(REGION, "sst/");
        operator.expedite(REGION, "");
        operator.dropRegion(REGION);
        operator.restoreRegion(REGION);
        operator.finishReader(REGION, "reader-1");

        List<RegionEvent> events =
                log.appends.stream().map(ScriptedLog.Append::event).toList();
        assertThat(events)
                .extracting(RegionEvent::getEventCase)
                .containsExactly(
                        EventCase.HOLD,
                        EventCase.HOLD,
                        EventCase.APPROVAL,
                        EventCase.RETRY,
                        EventCase.EXPEDITE,
                        EventCase.REGION_DROPPED,
                        EventCase.REGION_RESTORED,
                        EventCase.QUERY_FINISHED);
        assertThat(events)
                .allMatch(event ->
                        event.getRegion().equals("r1") && event.getProducer().equals("alice") && event.getEpoch() == 0);
        assertThat(events.get(0).getHold()).isEqualTo(hold("h1"));
        assertThat(events.get(1).getHold())
                .isEqualTo(Hold.newBuilder().setHoldId("h1").setReleased(true).build());
        assertThat(events.get(2).getApproval()).isEqualTo(approval);
        assertThat(events.get(3).getRetry().getPathPrefix()).isEqualTo("sst/");
        assertThat(events.get(7).getQueryFinished().getReaderId()).isEqualTo("reader-1");
    }

    @Test
    void aPolicyGoesToEveryPartition() throws Exception {
        Policy policy = Policy.newBuilder().setMaxCondemnedPercent(10).build();

        assertThat(operator.setPolicy("logs-*", policy))
                .extracting(LogPosition::partition)
                .containsExactly(0, 1);
        assertThat(operator.removePolicy("logs-*")).hasSize(2);

        List<RegionEvent> events =
                log.appends.stream().map(ScriptedLog.Append::event).toList();
        assertThat(events).extracting(RegionEvent::getRegion).containsOnly("");
        assertThat(events.get(0).getPolicySet().getRegionGlob()).isEqualTo("logs-*");
        assertThat(events.get(0).getPolicySet().getPolicy()).isEqualTo(policy);
        assertThat(events.get(2).getPolicySet().hasPolicy()).isFalse();
    }

    @Test
    void anActThatBreaksARuleIsNotSent() {
        RegionEvent tooLong = RegionEvent.newBuilder()
                .setRegion("r1")
                .setProducer("alice")
                .setHold(hold("x".repeat(257)))
                .build();
        String message = EventRules.problemWith(tooLong)
                .map(problem -> problem.field() + " " + problem.problem())
                .orElseThrow();

        assertThatThrownBy(() -> operator.holdAsync(REGION, tooLong.getHold()))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> operator.releaseAsync(REGION, "")).isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> operator.approveAsync(REGION, Approval.getDefaultInstance()))
                .isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> operator.retryAsync(REGION, "x".repeat(1025)))
                .isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> operator.finishReaderAsync(REGION, "")).isInstanceOf(InvalidEventException.class);
        assertThatThrownBy(() -> operator.setPolicyAsync("*".repeat(1025), Policy.getDefaultInstance()))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageStartingWith("policy_set.region_glob");
        assertThat(log.appends).isEmpty();
    }

    @Test
    void actsDoNotDependOnEachOther() throws Exception {
        log.onAppend(index -> {});
        var lost = operator.holdAsync(REGION, hold("h1"));
        log.fail(0);
        log.acknowledging();

        assertThatThrownBy(lost::join).hasCauseInstanceOf(PublishException.class);
        assertThat(operator.hold(REGION, hold("h2"))).isEqualTo(new LogPosition(0, 1));
    }

    private static Hold hold(String id) {
        return Hold.newBuilder().setHoldId(id).setPathPrefix("sst/").build();
    }
}
