package io.sexton.cli;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** The deadline and the poll interval of conditions of other threads and processes. */
public final class Await {

    private Await() {}

    /** Returns once the condition holds; fails with its name if it does not in time. */
    public static void until(String what, Callable<Boolean> condition) {
        await(what)
                .dontCatchUncaughtExceptions()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(90))
                .until(condition);
    }
}
