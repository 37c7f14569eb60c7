package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.sexton.client.pins.PinListener;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.testing.FakePorts;
import io.sexton.client.testing.SimulatedWorld;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of I2 that the client implements: while a pin is sure, the fold holds it. */
final class PinSimulationTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final long SEEDS = 100;
    private static final Duration TTL = Duration.ofSeconds(1);
    private static final List<PinTarget> TARGETS = List.of(
            PinTarget.files(List.of(FilePath.of("a"))),
            PinTarget.files(List.of(FilePath.of("a"), FilePath.of("b"))),
            PinTarget.files(List.of(FilePath.of("b"))),
            PinTarget.atVersion(3),
            PinTarget.atVersion(4));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void theFoldHoldsThePinWheneverItIsSure(int block) {
        int sure = 0;
        for (long seed = block * SEEDS; seed < (block + 1) * SEEDS; seed++) {
            Run run = new Run(seed);
            run.run();
            sure += run.sureChecks;
        }
        // The checks prove nothing unless the pin was sure often.
        assertThat(sure).isGreaterThan(50_000);
    }

    /** One reader, the fold of its heartbeats, and a clock that is as fast as permitted. */
    private static final class Run implements SimulatedWorld.Fold {
        private final long seed;
        private final SimulatedWorld world;
        private final SimulatedWorld.Feed feed;
        private final HeartbeatPin pin;
        private int sureChecks;
        private boolean reportedSure;
        private boolean rejecting = true;

        private long foldClock;
        private long lastTick;
        private @Nullable PinTarget held;
        private @Nullable Long expires;

        Run(long seed) {
            this.seed = seed;
            world = new SimulatedWorld(seed, this);
            SimulatedWorld.Feed[] made = {null};
            ClientParts parts = ClientParts.of(
                    FakePorts.of(
                                    world.new Log(TTL.multipliedBy(2)),
                                    sink -> {
                                        made[0] = world.new Feed(sink, TTL.multipliedBy(2));
                                        return made[0];
                                    },
                                    world)
                            .timers(world)
                            .executors(world.executor(), world.executor()),
                    "test",
                    Duration.ZERO,
                    Duration.ofSeconds(9));
            feed = made[0];
            PinListener listener = new PinListener() {
                @Override
                public void onSure() {
                    assertThat(reportedSure).isFalse();
                    reportedSure = true;
                }

                @Override
                public void onUnsure(String why) {
                    world.note("reported unsure: " + why);
                    assertThat(reportedSure).isTrue();
                    reportedSure = false;
                }
            };
            pin = new HeartbeatPins(parts)
                    .request(REGION, TARGETS.get(0), PinOptions.ttl(TTL).listener(listener));
        }

        void run() {
            world.after(1, this::tick);
            world.after(TTL.toNanos(), this::change);
            world.run(Duration.ofSeconds(60), this::check);
            world.stopFaults();
            rejecting = false;
            world.run(Duration.ofSeconds(20), this::check);
            assertThat(pin.isSure() || pin.isLost())
                    .as(() -> "seed " + seed + " ends sure or lost\n" + world.trace())
                    .isTrue();
            assertThat(pin.answer())
                    .as(() -> "seed " + seed + ": the last request is answered\n" + world.trace())
                    .isDone();
            assertThat(reportedSure)
                    .as(() -> "seed " + seed + ": the listener was called\n" + world.trace())
                    .isEqualTo(pin.isSure());
        }

        private void check() {
            Optional<PinTarget> sure = pin.held();
            if (sure.isPresent()) {
                sureChecks++;
                boolean holds = held != null && held.covers(sure.get());
                assertThat(holds)
                        .as(() -> "seed " + seed + ": sure of " + sure + ", the fold holds " + held + "\n"
                                + world.trace())
                        .isTrue();
            }
        }

        private void change() {
            if (rejecting && !pin.isLost()) {
                PinTarget target = TARGETS.get(world.random.nextInt(TARGETS.size()));
                world.note("change to " + target);
                var unused = pin.changeAsync(target);
                world.after(world.random.nextLong(TTL.toNanos() * 6), this::change);
            }
        }

        private void tick() {
            foldClock += (long) ((world.nanoTime() - lastTick) * (world.happens(0.5) ? 0.5 : 1.25));
            lastTick = world.nanoTime();
            if (held != null && expires == null) {
                expires = foldClock + TTL.toNanos();
            } else if (expires != null && foldClock > expires) {
                world.note("the pin expires");
                held = null;
                expires = null;
            }
            world.after(world.random.nextLong(1, TTL.toNanos() / 2), this::tick);
        }

        @Override
        public void apply(long offset, MessageLite message) {
            RegionEvent event = (RegionEvent) message;
            QueryHeartbeat heartbeat = event.getQueryHeartbeat();
            PinTarget named = named(heartbeat);
            Notice.Builder notice = Notice.newBuilder();
            notice.getPinVerdictBuilder().setReaderId(heartbeat.getReaderId()).setOffset(offset);
            boolean accepted = named == null ? held != null : isAccepted(named);
            world.note(offset + " logged: " + named + (accepted ? "" : " rejected"));
            if (accepted) {
                held = named == null ? held : named;
                expires = null;
                notice.getPinVerdictBuilder().setAccepted(true);
            }
            if (named != null || !accepted) {
                feed.deliver(REGION, notice.build());
            }
        }

        private boolean isAccepted(PinTarget named) {
            boolean isRepeat = named.equals(held);
            return isRepeat || !(rejecting && world.random.nextInt(30) == 0);
        }

        private static @Nullable PinTarget named(QueryHeartbeat heartbeat) {
            return switch (heartbeat.getPinCase()) {
                case AT_VERSION -> PinTarget.atVersion(heartbeat.getAtVersion());
                case FILES ->
                    PinTarget.files(heartbeat.getFiles().getPathsList().stream()
                            .map(FilePath::of)
                            .toList());
                case PIN_NOT_SET -> null;
            };
        }
    }
}
