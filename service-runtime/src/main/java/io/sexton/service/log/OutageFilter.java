package io.sexton.service.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A filter that keeps an outage of the brokers from filling the log. Each of a process's clients warns of each of its
 * attempts, many times a second. {@code BrokerSilence} writes a line at the beginning of an outage, one a minute, and
 * one at its end.
 * <ul>
 * <li>Warnings of Kafka's clients and of the threads of Kafka Streams are dropped: they are repeated until success.
 * <li>Of all other reports of requests that failed temporarily, one passes in a minute, those of an outage included.
 * While an outage is reported, warnings among them are dropped.
 * </ul>
 *
 * <p>From DEBUG on everything passes. Safe for use by many threads.
 */
public final class OutageFilter extends Filter<ILoggingEvent> {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final String KAFKA = "org.apache.kafka.";
    private static final List<String> CLIENTS = List.of(KAFKA + "clients.", KAFKA + "streams.processor.");

    /** Writes of the outage itself. */
    public static final String OUTAGE = "io.sexton.service.BrokerSilence";

    /** Loggers that below ERROR report nothing but requests that failed and are retried. */
    public static final List<String> RETRIES = List.of(
            "io.sexton.fold.app.FoldRuntime",
            "io.sexton.fold.topology.Ticker",
            "io.sexton.deleter.topology.CommandReader",
            "io.sexton.client.internal.TopicReader",
            "io.sexton.client.internal.LeasedLock");

    private final LongSupplier nanoTime;
    private volatile boolean isOutage;
    private boolean anyLine;
    private long lastLine;

    /** Created by logback. */
    public OutageFilter() {
        this(System::nanoTime);
    }

    OutageFilter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        String logger = event.getLoggerName();
        boolean isError = event.getLevel().isGreaterOrEqual(Level.ERROR);
        if (Verbosity.showsAll()) {
            return FilterReply.NEUTRAL;
        }
        if (logger.equals(OUTAGE)) {
            // A warning reports a continuing outage, a lower level its end.
            isOutage = event.getLevel().isGreaterOrEqual(Level.WARN);
            countLine(nanoTime.getAsLong());
            return FilterReply.NEUTRAL;
        }
        if (!isError && CLIENTS.stream().anyMatch(logger::startsWith)) {
            return FilterReply.DENY;
        }
        boolean isRetry = !isError && RETRIES.contains(logger);
        if (isRetry && isOutage) {
            return FilterReply.DENY;
        }
        boolean isOfRetries = isRetry || logger.startsWith(KAFKA);
        return !isOfRetries || isFirstInAMinute() ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    private synchronized boolean isFirstInAMinute() {
        long now = nanoTime.getAsLong();
        boolean isFirst = !anyLine || now - lastLine >= INTERVAL.toNanos();
        if (isFirst) {
            countLine(now);
        }
        return isFirst;
    }

    private synchronized void countLine(long now) {
        anyLine = true;
        lastLine = now;
    }
}
