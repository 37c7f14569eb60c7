package io.sexton.service.log;

import org.slf4j.LoggerFactory;

/** The level of Sexton's own log, as {@code --log-level} has set it. */
final class Verbosity {
    private Verbosity() {}

    /** Returns true from DEBUG on, where nothing is shortened or dropped. */
    static boolean showsAll() {
        return LoggerFactory.getLogger("io.sexton").isDebugEnabled();
    }
}
