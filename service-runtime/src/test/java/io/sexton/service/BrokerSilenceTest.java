package io.sexton.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class BrokerSilenceTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(BrokerSilence.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Exception noAnswer = new TimeoutException("no answer");
    private long now;
    private final BrokerSilence silence = new BrokerSilence("b1:9092", () -> now);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void endsAfterALimitAndBeginsAgainWithAnAnswer() {
        pass(14);
        silence.unanswered(noAnswer);
        assertThat(silence.isShort()).isTrue();
        pass(1);
        assertThat(silence.isShort()).isFalse();
        silence.answered();
        assertThat(silence.isShort()).isTrue();
    }

    @Test
    void countsAnswersFromTheEndOfTheLastPause() {
        for (int i = 0; i < 10; i++) {
            pass(5);
            silence.answered();
        }
        assertThat(silence.answeringFor()).isEqualTo(Duration.ofSeconds(50));
        pass(8);
        assertThat(silence.answeringFor()).isZero();
        silence.answered();
        pass(3);
        assertThat(silence.answeringFor()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void logsTheBeginningTheEndAndALineAMinute() {
        for (int i = 0; i < 200; i += 5) {
            silence.unanswered(noAnswer);
            pass(5);
        }
        silence.answered();
        silence.answered();

        assertThat(messages())
                .containsExactly(
                        begun(15),
                        begun(75),
                        begun(135),
                        begun(195),
                        "the brokers answer again after 200 s: work resumes");
    }

    @Test
    void doesNotLogWhatIsShorterThanTheChoiceOfALeader() {
        pass(14);
        silence.unanswered(noAnswer);
        silence.answered();

        assertThat(messages()).isEmpty();
    }

    @Test
    void namesARefusedLogin() {
        pass(20);
        silence.unanswered(new SaslAuthenticationException("wrong password"));

        assertThat(messages()).singleElement().asString().contains("wrong password");
    }

    private static String begun(int seconds) {
        return "no broker of b1:9092 has answered for " + seconds + " s: not ready, and no work is done until one does";
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
