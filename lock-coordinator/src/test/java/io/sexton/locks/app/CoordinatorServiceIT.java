package io.sexton.locks.app;

import static io.sexton.v1.LockEvent.EventCase.EXPIRED;
import static io.sexton.v1.LockEvent.EventCase.GRANTED;
import static io.sexton.v1.LockEvent.EventCase.QUEUED;
import static io.sexton.v1.LockEvent.EventCase.RELEASED;
import static io.sexton.v1.LockEvent.EventCase.RENEWED;
import static io.sexton.v1.LockEvent.EventCase.YIELD_REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.locks.core.LockFold;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the service on a real broker, in this process and in processes that are killed. */
final class CoordinatorServiceIT {
    private static final int PARTITIONS = 4;

    @TempDir
    private Path dir;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private EmbeddedBroker broker;
    private LockTopics locks;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.startTemporary();
        try (TopicAdmin admin =
                new TopicAdmin(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(60))) {
            admin.create(TopicSettings.singleBroker(PARTITIONS));
        }
        locks = new LockTopics(broker.bootstrapServers(), PARTITIONS);
    }

    @AfterEach
    void stopBroker() {
        locks.close();
        broker.close();
    }

    @Test
    @Tag("long")
    void grantsQueuesExpiresAndWritesFewTicksWithoutLocks() {
        try (FoldRuntime service = start("a")) {
            long first = locks.acquire("r1", "a", "1", LockMode.UPDATE, 2, 0);
            // Sent at once, because the lease of the first is short.
            long second = locks.acquire("r1", "b", "1", LockMode.UPDATE, 2, 60);
            assertThat(locks.await("a", "1", GRANTED).getToken()).isEqualTo(first);
            locks.await("b", "1", QUEUED);
            locks.await("a", "1", YIELD_REQUESTED);

            locks.await("a", "1", EXPIRED);
            assertThat(locks.await("b", "1", GRANTED).getToken()).isEqualTo(second);
            locks.release("r1", "b", "2", second);
            locks.await("b", "2", RELEASED);

            long quiet = locks.requests();
            Instant until = Instant.now().plusSeconds(3);
            locks.await(() -> Instant.now().isAfter(until), "three seconds");
            assertThat(locks.requests())
                    .as("nothing can end, so each partition gets a tick a minute at most")
                    .isBetween(quiet, quiet + 2);
            assertThat(service.failure()).isNotDone();
            assertThat(registry.get("sexton.ticks.written")
                            .tag("topic", Topics.LOCK_REQUESTS)
                            .functionCounter()
                            .count())
                    .isPositive();
        }
        assertEventsEqualThoseOfAReplay();
    }

    @Test
    @Tag("long")
    void leasesAndTheQueueSurviveARestartOnAnotherDisk() {
        long held;
        long waiting;
        try (FoldRuntime service = start("a")) {
            held = locks.acquire("r1", "a", "1", LockMode.EXCLUSIVE, 600, 0);
            locks.await("a", "1", GRANTED);
            waiting = locks.acquire("r1", "b", "1", LockMode.SHARED, 600, 600);
            locks.await("b", "1", QUEUED);
            await("ready").atMost(LockTopics.TIMEOUT).until(service::isReady);
        }
        try (FoldRuntime again = start("b")) {
            locks.renew("r1", "a", "2", held);
            assertThat(locks.await("a", "2", RENEWED).getToken()).isEqualTo(held);
            locks.release("r1", "a", "3", held);
            assertThat(locks.await("b", "1", GRANTED).getToken()).isEqualTo(waiting);
            await("ready again").atMost(LockTopics.TIMEOUT).until(again::isReady);
        }
        assertEventsEqualThoseOfAReplay();
    }

    @Test
    @Tag("long")
    void oneOfTwoCoordinatorsIsKilledAndEveryLockIsStillGrantedOnceAndInOrder() throws Exception {
        Process first = CoordinatorProcess.start(broker.bootstrapServers(), dir.resolve("first"));
        Process second = CoordinatorProcess.start(broker.bootstrapServers(), dir.resolve("second"));
        try {
            Load load = new Load();
            load.begin();
            load.awaitGrants(Load.TOTAL / 4);
            first.destroyForcibly().waitFor();
            load.awaitGrants(Load.TOTAL / 2);
            first = CoordinatorProcess.start(broker.bootstrapServers(), dir.resolve("first"));
            load.awaitGrants(Load.TOTAL * 3 / 4);
            second.destroyForcibly().waitFor();
            load.awaitGrants(Load.TOTAL);
            load.awaitAllReleased();
        } finally {
            first.destroyForcibly();
            second.destroyForcibly();
        }
        assertEventsEqualThoseOfAReplay();
    }

    @Test
    void resumesAfterARestartOfTheBroker() {
        try (FoldRuntime service = start("a")) {
            long held = locks.acquire("r1", "a", "1", LockMode.EXCLUSIVE, 600, 0);
            locks.await("a", "1", GRANTED);
            broker.restart();
            locks.release("r1", "a", "2", held);
            locks.await("a", "2", RELEASED);
            assertThat(service.failure()).isNotDone();
        }
        assertEventsEqualThoseOfAReplay();
    }

    /** Checks I8, and so that no event was lost, repeated or emitted by two processes. */
    private void assertEventsEqualThoseOfAReplay() {
        Map<Integer, List<LockEvent>> live = locks.events();
        locks.logs().forEach((partition, log) -> {
            List<LockEvent> replayed = new ArrayList<>();
            LockFold replay = new LockFold(new MemoryStore(), Placement.UNCHECKED, output -> {
                if (output instanceof Output.Emitted emitted) {
                    replayed.add((LockEvent) emitted.message());
                }
            });
            log.forEach(replay::apply);
            // The last ticks may not have been folded when the service ended.
            List<LockEvent> committed = live.getOrDefault(partition, List.of());
            assertThat(replayed.subList(0, Math.min(committed.size(), replayed.size())))
                    .as("partition " + partition)
                    .isEqualTo(committed);
        });
    }

    private FoldRuntime start(String name) {
        return CoordinatorService.start(
                CoordinatorProcess.settings(broker.bootstrapServers(), dir.resolve(name)),
                CoordinatorProcess.TICK_INTERVAL,
                registry);
    }

    /**
     * A load of owners that alternate in each region: each one that is granted the lock releases it and requests it
     * again.
     */
    private final class Load {
        static final int REGIONS = 8;
        static final int OWNERS = 3;
        static final int ROUNDS = 5;
        static final int TOTAL = REGIONS * OWNERS * ROUNDS;

        private int handled;
        private int grants;
        private int releases;

        void begin() {
            for (int region = 0; region < REGIONS; region++) {
                for (int owner = 0; owner < OWNERS; owner++) {
                    acquire("region " + region, "owner " + owner, 1);
                }
            }
        }

        void awaitGrants(int wanted) {
            locks.await(() -> handleAll() && grants >= wanted, wanted + " grants");
        }

        void awaitAllReleased() {
            locks.await(() -> handleAll() && releases == TOTAL, "all releases");
            assertThat(grants).isEqualTo(TOTAL);
        }

        private boolean handleAll() {
            while (handled < locks.received().size()) {
                handle(locks.received().get(handled++));
            }
            return true;
        }

        private void acquire(String region, String owner, int round) {
            locks.acquire(region, owner, Integer.toString(round), LockMode.EXCLUSIVE, 120, 600);
        }

        private void handle(LockEvent event) {
            switch (event.getEventCase()) {
                case GRANTED -> {
                    grants++;
                    locks.release(
                            event.getRegion(), event.getOwner(), "release " + event.getRequestId(), event.getToken());
                }
                case RELEASED -> {
                    releases++;
                    int round = Integer.parseInt(event.getRequestId().substring("release ".length()));
                    if (round < ROUNDS) {
                        acquire(event.getRegion(), event.getOwner(), round + 1);
                    }
                }
                case QUEUED, YIELD_REQUESTED -> {}
                case REJECTED, RENEWED, EXPIRED, EVENT_NOT_SET -> throw new AssertionError("not expected: " + event);
            }
        }
    }
}
