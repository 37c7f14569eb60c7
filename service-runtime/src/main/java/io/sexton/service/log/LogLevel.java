package io.sexton.service.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** The log level of a command. The log goes to standard error. */
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

    /** Sets the level; libraries are one level quieter, because the INFO lines of Kafka fill a screen at each start. */
    public void apply() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("ROOT").setLevel(Level.toLevel(ofLibraries));
        context.getLogger("io.sexton").setLevel(Level.toLevel(name()));
    }

    /** Returns true if the log shows stack traces. */
    public boolean showsStackTraces() {
        return compareTo(DEBUG) >= 0;
    }
}
