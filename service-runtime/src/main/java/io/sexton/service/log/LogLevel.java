package io.sexton.service.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** How much is logged, to standard error. */
public enum LogLevel {
    ERROR("ERROR"),
    WARN("ERROR"),
    INFO("WARN"),
    DEBUG("INFO"),
    TRACE("DEBUG");

    private final String ofLibraries;

    LogLevel(String ofLibraries) {
        this.ofLibraries = ofLibraries;
    }

    /** Libraries are one level quieter: what Kafka says at INFO fills a screen at each start. */
    public void apply() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("ROOT").setLevel(Level.toLevel(ofLibraries));
        context.getLogger("io.sexton").setLevel(Level.toLevel(name()));
    }

    /** Whether stack traces help rather than disturb. */
    public boolean showsStackTraces() {
        return compareTo(DEBUG) >= 0;
    }
}
