package io.sexton.service.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;

/**
 * The end of a log line: its exception, if it has one. A failure of Kafka, or one that a library reports, is part of
 * the line, because its stack trace is of no use to an operator. A bug has its stack trace. Below INFO all have theirs.
 */
public final class ErrorConverter extends ThrowableProxyConverter {
    private static final String OURS = "io.sexton.";
    private static final String KAFKA = "org.apache.kafka.";

    @Override
    public String convert(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null) {
            return System.lineSeparator();
        }
        IThrowableProxy root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        boolean isBug =
                event.getLoggerName().startsWith(OURS) && !root.getClassName().startsWith(KAFKA);
        if (isBug || Verbosity.showsAll()) {
            return System.lineSeparator() + super.convert(event);
        }
        String name = root.getClassName().substring(root.getClassName().lastIndexOf('.') + 1);
        String message = String.valueOf(root.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        return " (" + name + ": " + message + ")" + System.lineSeparator();
    }
}
