package io.sexton.service;

import java.time.Duration;
import org.eclipse.microprofile.config.spi.Converter;

/** A length of time after which something is done again, and so at least a millisecond. */
public final class Interval implements Converter<Duration> {
    @Override
    public Duration convert(String text) {
        Duration interval = Durations.parse(text);
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("'" + text + "' is too short; write 1ms or more");
        }
        return interval;
    }
}
