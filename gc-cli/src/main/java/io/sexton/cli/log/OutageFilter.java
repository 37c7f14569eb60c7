package io.sexton.cli.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Keeps an outage of the brokers from filling the log. Each of a process's clients warns of each of its attempts, many
 * times a second. {@code BrokerSilence} writes when an outage begins, a line a minute, and when it ends.
 *
 * <ul>
 *   <li>What Kafka's clients and the threads of Kafka Streams warn of is left out: they repeat it until it succeeds.
 *   <li>Of all other reports of requests that failed for the time being, one passes in a minute, those of an outage
 *       included. While an outage is reported, warnings among them are left out.
 * </ul>
 *
 * <p>From DEBUG on everything passes. Safe for use by many threads.
 */
public final class OutageFilter extends Filter<ILoggingEvent> {
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final String KAFKA = "org.apache.kafka.";
    private static final List<String> CLIENTS = List.of(KAFKA + "clients.", KAFKA + "streams.processor.");

    /** Writes of the outage itself. */
    static final String OUTAGE = "io.sexton.fold.app.BrokerSilence";

    /** Below ERROR these write of nothing but requests that failed and are repeated. */
    static final List<String> RETRIES = List.of(
            "io.sexton.fold.app.FoldRuntime",
            "io.sexton.fold.topology.Ticker",
            "io.sexton.deleter.topology.CommandReader",
            "io.sexton.client.internal.TopicReader",
            "io.sexton.client.internal.LeasedLock");

    private final LongSupplier nanoTime;
    private volatile boolean isOutage;
    private boolean anyLine;
    private long lastLine;

    /** For logback. */
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
            // A warning says that it lasts, a lower level that it is over.
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
