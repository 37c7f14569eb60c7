package io.sexton.fold.topology;

import io.sexton.proto.LogRecord;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines about ticks that do not agree, because the clocks of broker and ticker differ. At most one line a minute,
 * for each interval may append such a tick. Not thread safe.
 */
final class ClockWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWarnings.class);
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final String topic;
    private long nextMs;

    ClockWarnings(String topic) {
        this.topic = topic;
    }

    /**
     * Logs a warning, unless one was logged within the last minute.
     *
     * @param tick that does not agree
     * @param nowMs of any clock that is the same for all calls
     */
    void warn(LogRecord tick, String ticker, long nowMs) {
        if (nowMs < nextMs) {
            return;
        }
        nextMs = nowMs + BETWEEN.toMillis();
        LOG.warn(
                "{}-{} offset {}: the clocks of the broker and of ticker {} differ by more than 5 minutes;"
                        + " nothing falls due until they agree",
                topic,
                tick.partition(),
                tick.offset(),
                ticker);
    }
}
