package io.sexton.deleter.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.v1.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class LimitsTest {

    private static final CallGuard FREE = length -> Optional.empty();

    private final AtomicLong now = new AtomicLong();
    private final MemoryObjectStore objects = new MemoryObjectStore(Instant::now);

    private static Limits.Rates files(double perSecond) {
        return new Limits.Rates(OptionalDouble.of(perSecond), OptionalDouble.empty());
    }

    private List<ObjectDeletion> garbage(int files, int bytes) {
        List<ObjectDeletion> garbage = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            ObjectKey key = ObjectKey.of("r1/" + i);
            objects.put(key, new byte[bytes], Instant.EPOCH);
            garbage.add(new ObjectDeletion(key, new Expectation(null, null, null, null)));
        }
        return garbage;
    }

    @Test
    void paysForWhatWasTakenAtTheRateInForce() {
        Pace pace = new Pace(OptionalDouble.of(100), now::get);
        assertThat(pace.untilFree()).isZero();
        pace.take(50);
        assertThat(pace.untilFree().toMillis()).isEqualTo(500);
        now.addAndGet(Duration.ofMillis(400).toNanos());
        assertThat(pace.untilFree().toMillis()).isEqualTo(100);
        pace.set(OptionalDouble.of(1_000));
        assertThat(pace.untilFree().toMillis()).isEqualTo(10);
        pace.set(OptionalDouble.empty());
        assertThat(pace.untilFree()).isZero();
    }

    @Test
    void deletesAtThePaceOfTheNarrowestLimit() {
        Limits shared = new Limits(files(2_000), System::nanoTime);
        Limits own = new Limits(new Limits.Rates(OptionalDouble.empty(), OptionalDouble.of(10_000)), System::nanoTime);
        LimitedStore store = new LimitedStore(objects, List.of(shared, own));
        List<ObjectDeletion> garbage = garbage(40, 100);

        long began = System.nanoTime();
        assertThat(store.deleteMany(garbage, FREE))
                .extracting(FileResult::outcome)
                .containsOnly(Outcome.DELETED);
        assertThat(store.deleteMany(garbage(1, 1), FREE)).hasSize(1);
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        assertThat(took).as("4,000 bytes at 10,000 a second").isGreaterThan(Duration.ofMillis(390));
    }

    @Test
    void stopsAtZeroAndTouchesNothing() {
        LimitedStore store = new LimitedStore(objects, List.of(new Limits(files(0), System::nanoTime)));
        List<ObjectDeletion> garbage = garbage(3, 1);

        assertThat(store.deleteMany(garbage, FREE))
                .hasSize(3)
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Outcome.FAILED_RETRYABLE));
        assertThat(store.move(
                        new ObjectMove(
                                garbage.getFirst().key(), garbage.getFirst().expected(), ObjectKey.of("x"), false),
                        FREE))
                .isInstanceOf(Moved.Withheld.class);
        assertThat(objects.keys()).hasSize(3);
    }

    @Test
    void takesANewLimitWhileACallWaits() throws Exception {
        Limits limits = new Limits(files(0.01), System::nanoTime);
        LimitedStore store = new LimitedStore(objects, List.of(limits));
        List<ObjectDeletion> garbage = garbage(3, 1);
        AtomicReference<List<FileResult>> results = new AtomicReference<>();
        CountDownLatch waiting = new CountDownLatch(2);
        Thread call = Thread.ofPlatform()
                .start(() -> results.set(store.deleteMany(garbage, length -> {
                    waiting.countDown();
                    return Optional.empty();
                })));
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        limits.set(files(0));
        call.join(Duration.ofSeconds(10));

        assertThat(call.isAlive()).isFalse();
        assertThat(results.get())
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.FAILED_RETRYABLE, Outcome.FAILED_RETRYABLE);
    }

    @Test
    void endsWithTheGuardWhileItWaits() {
        LimitedStore store = new LimitedStore(objects, List.of(new Limits(files(0.01), System::nanoTime)));
        int[] checks = {0};
        CallGuard guard = length -> checks[0]++ < 2 ? Optional.empty() : Optional.of("revoked");

        assertThat(store.deleteMany(garbage(2, 1), guard))
                .extracting(FileResult::outcome)
                .containsExactly(Outcome.DELETED, Outcome.FAILED_RETRYABLE);
    }
}
