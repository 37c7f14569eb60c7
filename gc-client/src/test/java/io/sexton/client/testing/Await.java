package io.sexton.client.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A wait for a condition, with a deadline. */
public final class Await {

    private static final long DEADLINE_NANOS = Duration.ofSeconds(30).toNanos();

    private Await() {}

    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new AssertionError("not within the deadline: " + what);
            }
            if (never.await(5, TimeUnit.MILLISECONDS)) {
                throw new AssertionError();
            }
        }
    }
}
