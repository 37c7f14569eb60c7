package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class CoordinatorContactTest {

    private final TimeoutException silence = new TimeoutException("timed out");

    private final List<String> messages = new ArrayList<>();
    private Duration now = Duration.ofHours(1);
    private final CoordinatorContact contact = new CoordinatorContact("sexton-deleter", now, messages::add);

    @Test
    void reportsAnOutageWhenItBeginsWhenItEndsAndOnceAMinuteBetween() {
        for (int second = 0; second < 130; second += 5) {
            pass(5);
            contact.failed(silence, now);
        }
        contact.answered(now);
        contact.answered(now);

        assertThat(messages)
                .containsExactly(
                        "cannot reach group coordinator of 'sexton-deleter': no deletion starts until it answers"
                                + " (org.apache.kafka.common.errors.TimeoutException: timed out)",
                        messages.getFirst(),
                        messages.getFirst(),
                        "group coordinator of 'sexton-deleter' answers again after 130 s: deletions go on");
    }

    @Test
    void aRefusalThatPassesIsNoOutage() {
        pass(5);
        contact.failed(silence, now);
        pass(1);
        contact.answered(now);

        assertThat(messages).isEmpty();
        assertThat(contact.isReached(now)).isTrue();
    }

    @Test
    void isNotReachedFromTheReportOnUntilAnAnswerComes() {
        pass(10);
        assertThat(contact.isReached(now)).isTrue();
        contact.failed(silence, now);

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
        contact.failed(silence, now);
        assertThat(contact.isDue(now)).isFalse();
    }

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }
}
