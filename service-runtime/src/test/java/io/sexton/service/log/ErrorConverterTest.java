package io.sexton.service.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ErrorConverterTest {
    private final ErrorConverter converter = new ErrorConverter();

    @BeforeEach
    void start() {
        converter.start();
    }

    @Test
    void endsALineWithoutAnException() {
        assertThat(ending("io.sexton.fold.app.FoldRuntime", null)).isEqualTo(System.lineSeparator());
    }

    @Test
    void putsAFailureOfKafkaIntoTheLine() {
        Throwable failure = new KafkaException("about", new TimeoutException("no answer\n  in time"));

        assertThat(ending("io.sexton.fold.app.FoldRuntime", failure))
                .isEqualTo(" (TimeoutException: no answer in time)" + System.lineSeparator());
        assertThat(ending("org.apache.kafka.streams.KafkaStreams", new IllegalStateException("closed")))
                .isEqualTo(" (IllegalStateException: closed)" + System.lineSeparator());
    }

    @Test
    void showsWhereABugWas() {
        assertThat(ending("io.sexton.fold.app.FoldRuntime", new IllegalStateException("a bug")))
                .contains(
                        "java.lang.IllegalStateException: a bug",
                        "\tat " + getClass().getName());
    }

    private String ending(String logger, @Nullable Throwable thrown) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(logger);
        event.setLevel(Level.WARN);
        if (thrown != null) {
            event.setThrowableProxy(new ThrowableProxy(thrown));
        }
        return converter.convert(event);
    }
}
