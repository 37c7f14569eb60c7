package io.sexton.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OutageFilterTest {
    private static final String NETWORK = "org.apache.kafka.clients.NetworkClient";
    private static final String TICKER = "io.sexton.fold.topology.Ticker";

    private long now;
    private final OutageFilter filter = new OutageFilter(() -> now);

    @Test
    void leavesOutWhatClientsRepeat() {
        assertThat(passes(NETWORK, Level.WARN)).isFalse();
        assertThat(passes("org.apache.kafka.streams.processor.internals.StreamThread", Level.WARN))
                .isFalse();
    }

    @Test
    void passesOneReportOfARetryInAMinute() {
        assertThat(passes(TICKER, Level.WARN)).isTrue();
        assertThat(passes("io.sexton.client.internal.TopicReader", Level.WARN)).isFalse();
        assertThat(passes("org.apache.kafka.streams.KafkaStreams", Level.ERROR)).isFalse();
        pass(Duration.ofSeconds(59));
        assertThat(passes(TICKER, Level.WARN)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(passes(TICKER, Level.WARN)).isTrue();
    }

    @Test
    void countsTheLinesOfTheOutageAndLetsAllOfThemPass() {
        assertThat(passes(OutageFilter.OUTAGE, Level.WARN)).isTrue();
        assertThat(passes(OutageFilter.OUTAGE, Level.INFO)).isTrue();
        assertThat(passes(TICKER, Level.WARN)).isFalse();
    }

    @Test
    void leavesOutRetriesWhileAnOutageIsReported() {
        assertThat(passes(OutageFilter.OUTAGE, Level.WARN)).isTrue();
        pass(Duration.ofMinutes(2));
        assertThat(passes(TICKER, Level.WARN)).isFalse();
        assertThat(passes("org.apache.kafka.streams.KafkaStreams", Level.ERROR)).isTrue();
        assertThat(passes(OutageFilter.OUTAGE, Level.INFO)).isTrue();
        pass(Duration.ofMinutes(1));
        assertThat(passes(TICKER, Level.WARN)).isTrue();
    }

    @Test
    void passesReportsThatAreNoRetries() {
        for (int i = 0; i < 3; i++) {
            assertThat(passes("io.sexton.deleter.topology.ReportLog", Level.WARN))
                    .isTrue();
            assertThat(passes("io.sexton.fold.app.FoldRuntime", Level.ERROR)).isTrue();
            assertThat(passes("io.sexton.cli.service.ServiceProcess", Level.INFO))
                    .isTrue();
        }
    }

    private boolean passes(String logger, Level level) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(logger);
        event.setLevel(level);
        return filter.decide(event) != FilterReply.DENY;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
