package io.sexton.service.log;

import org.slf4j.LoggerFactory;

/** The level of Sexton's own log, as {@code --log-level} has set it. */
final class Verbosity {
    private Verbosity() {}

    /** From DEBUG on nothing is shortened or left out. */
    static boolean showsAll() {
        return LoggerFactory.getLogger("io.sexton").isDebugEnabled();
    }
}
