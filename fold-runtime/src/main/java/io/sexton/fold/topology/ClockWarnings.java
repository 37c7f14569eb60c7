package io.sexton.fold.topology;

import io.sexton.fold.core.LogRecord;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines about ticks that do not agree: the clocks of broker and ticker differ. Each interval may bring such a tick;
 * one line a minute is enough. Not thread safe.
 */
public final class ClockWarnings {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWarnings.class);
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final String topic;
    private final String consequence;
    private long nextMs;

    /** @param consequence what does not happen meanwhile: "no lease ends" */
    public ClockWarnings(String topic, String consequence) {
        this.topic = topic;
        this.consequence = consequence;
    }

    /**
     * @param tick that does not agree
     * @param nowMs on any clock, as long as it is the same one
     */
    public void warn(LogRecord tick, String ticker, long nowMs) {
        if (nowMs < nextMs) {
            return;
        }
        nextMs = nowMs + BETWEEN.toMillis();
        LOG.warn(
                "{}-{} offset {}: the clocks of the broker and of ticker {} differ by more than 5 minutes;"
                        + " {} until they agree",
                topic,
                tick.partition(),
                tick.offset(),
                ticker,
                consequence);
    }
}
