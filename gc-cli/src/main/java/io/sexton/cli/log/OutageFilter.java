package io.sexton.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keeps an outage of the brokers from filling the log. Each of a process's clients warns of each of its attempts, many
 * times a second. {@code BrokerSilence} writes when an outage begins and ends, and a line a minute.
 *
 * <ul>
 *   <li>What the clients write of connections and requests that failed for the time being is left out.
 *   <li>Of each other line of Kafka's, told apart by its logger, one passes in a minute.
 * </ul>
 *
 * <p>From DEBUG on everything passes. Safe for use by many threads.
 */
public final class OutageFilter extends Filter<ILoggingEvent> {
    private static final String KAFKA = "org.apache.kafka.";
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Map<String, Long> passed = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    /** For logback. */
    public OutageFilter() {
        this(System::nanoTime);
    }

    OutageFilter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (!event.getLoggerName().startsWith(KAFKA) || Verbosity.showsAll()) {
            return FilterReply.NEUTRAL;
        }
        if (!event.getLevel().isGreaterOrEqual(Level.ERROR) && isOfConnections(event.getLoggerName())) {
            return FilterReply.DENY;
        }
        return isFirstInAMinute(event.getLoggerName()) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    /** The clients' own classes, and the threads of Kafka Streams, that repeat what fails until it succeeds. */
    private static boolean isOfConnections(String logger) {
        return logger.startsWith(KAFKA + "clients.") || logger.startsWith(KAFKA + "streams.processor.");
    }

    private boolean isFirstInAMinute(String logger) {
        long now = nanoTime.getAsLong();
        return passed.compute(logger, (same, last) -> last == null || now - last >= INTERVAL.toNanos() ? now : last)
                == now;
    }
}
