package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.topology.CoordinatorContact.Coordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class CoordinatorContactTest {

    private final TimeoutException silence = new TimeoutException("timed out");

    private final List<String> messages = new ArrayList<>();
    private Duration brokersAnswering = Duration.ofHours(1);
    private Duration now = Duration.ofHours(1);
    private final CoordinatorContact contact =
            new CoordinatorContact("sexton-deleter", now, () -> brokersAnswering, messages::add);

    @Test
    void reportsAnOutageWhenItBeginsWhenItEndsAndOnceAMinuteBetween() {
        for (int second = 0; second < 140; second += 5) {
            pass(5);
            contact.failed(Coordinator.GROUP, silence, now);
        }
        contact.answered(now);
        contact.answered(now);

        assertThat(messages)
                .containsExactly(
                        "cannot reach group coordinator of 'sexton-deleter': no deletion starts until it answers"
                                + " (org.apache.kafka.common.errors.TimeoutException: timed out)",
                        messages.getFirst(),
                        messages.getFirst(),
                        "group coordinator of 'sexton-deleter' answers again after 140 s: deletions go on");
    }

    @Test
    void namesTheCoordinatorThatIsSilent() {
        pass(15);
        contact.failed(Coordinator.TRANSACTION, silence, now);
        contact.answered(now);

        assertThat(messages)
                .containsExactly(
                        "cannot reach transaction coordinator for the reports of 'sexton-deleter': no deletion starts"
                                + " until it answers (org.apache.kafka.common.errors.TimeoutException: timed out)",
                        "transaction coordinator for the reports of 'sexton-deleter' answers again after 15 s:"
                                + " deletions go on");
    }

    /** They have messages of their own, which name the cause. */
    @Test
    void leavesAnOutageOfAllBrokersToItsOwnMessages() {
        brokersAnswering = Duration.ZERO;
        pass(30);
        contact.failed(Coordinator.GROUP, silence, now);
        assertThat(contact.isReached(now)).isFalse();
        brokersAnswering = Duration.ofSeconds(14);
        contact.failed(Coordinator.GROUP, silence, now);
        assertThat(messages).as("the coordinator may come back later").isEmpty();

        brokersAnswering = Duration.ofSeconds(15);
        contact.failed(Coordinator.GROUP, silence, now);
        assertThat(messages).hasSize(1);
    }

    @Test
    void aRefusalThatPassesIsNoOutage() {
        pass(5);
        contact.failed(Coordinator.GROUP, silence, now);
        pass(1);
        contact.answered(now);

        assertThat(messages).isEmpty();
        assertThat(contact.isReached(now)).isTrue();
    }

    @Test
    void isNotReachedFromTheReportOnUntilAnAnswerComes() {
        pass(15);
        assertThat(contact.isReached(now)).isTrue();
        contact.failed(Coordinator.GROUP, silence, now);

        assertThat(contact.isReached(now)).isFalse();
        assertThat(contact.isLost()).isTrue();
        contact.answered(now);

        assertThat(contact.isReached(now)).isTrue();
        assertThat(contact.isLost()).isFalse();
    }

    /** The thread that would report an outage may itself wait for an answer. */
    @Test
    void isNotReachedAfterASilenceThatNobodyHasReported() {
        pass(20);

        assertThat(contact.isReached(now)).isFalse();
        assertThat(messages).isEmpty();
    }

    @Test
    void aContactIsDueFiveSecondsAfterTheLastAttempt() {
        pass(4);
        assertThat(contact.isDue(now)).isFalse();
        pass(1);
        assertThat(contact.isDue(now)).isTrue();
        contact.failed(Coordinator.GROUP, silence, now);
        assertThat(contact.isDue(now)).isFalse();
    }

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }
}
