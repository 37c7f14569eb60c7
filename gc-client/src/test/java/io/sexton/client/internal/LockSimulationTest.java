package io.sexton.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.sexton.client.locks.LockClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.client.testing.SimulatedWorld;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of I4 that the client implements: of several owners at most one counts an exclusive lock as held. */
final class LockSimulationTest {

    private static final RegionId REGION = RegionId.of("r");
    private static final long SEEDS = 100;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void atMostOneOwnerHoldsTheLock(int block) {
        int grants = 0;
        for (long seed = block * SEEDS; seed < (block + 1) * SEEDS; seed++) {
            Run run = new Run(seed);
            run.run();
            grants += run.grants;
        }
        assertThat(grants).isGreaterThan(1_000);
    }

    /** Three owners and the fold of their requests. */
    private static final class Run implements SimulatedWorld.Fold {
        private final long seed;
        private final SimulatedWorld world;
        private final Coordinator coordinator;
        private final List<Owner> owners = new ArrayList<>();
        private int grants;
        private boolean busy = true;

        Run(long seed) {
            this.seed = seed;
            world = new SimulatedWorld(seed, this);
            coordinator = new Coordinator(world, this::deliver);
            for (int i = 0; i < 3; i++) {
                owners.add(new Owner("owner" + i));
            }
        }

        void run() {
            world.after(1, this::tick);
            owners.forEach(owner -> world.after(1, owner::acquire));
            world.run(Duration.ofSeconds(60), this::check);
            world.stopFaults();
            world.run(Duration.ofSeconds(20), this::check);
            busy = false;
            world.run(Duration.ofSeconds(60), this::check);
            assertThat(coordinator.claims)
                    .as(() -> "seed " + seed + ": everything is released\n" + world.trace())
                    .isEmpty();
            assertThat(owners)
                    .as(() -> "seed " + seed + ": every request is answered\n" + world.trace())
                    .allMatch(owner -> owner.requests == owner.answers);
        }

        private void check() {
            List<String> holders = owners.stream()
                    .filter(owner -> owner.lock != null && owner.lock.isHeld())
                    .map(owner -> owner.name)
                    .toList();
            assertThat(holders)
                    .as(() -> "seed " + seed + "\n" + world.trace())
                    .hasSizeLessThan(2)
                    .allMatch(holder -> coordinator.isHolder(holder));
        }

        private void tick() {
            coordinator.tick();
            if (world.nanoTime() > 0) {
                world.after(world.random.nextLong(1, 400_000_000), this::tick);
            }
        }

        @Override
        public void apply(long offset, MessageLite message) {
            coordinator.apply(offset, (LockRequest) message);
        }

        private void deliver(LockEvent event) {
            owners.forEach(owner -> owner.feed.deliver(REGION, event));
        }

        private final class Owner {
            private final String name;
            private final SimulatedWorld.Feed feed;
            private final LockClient locks;
            private @Nullable RegionLock lock;
            private int requests;
            private int answers;

            Owner(String name) {
                this.name = name;
                SimulatedWorld.Feed[] made = {null};
                LockRouter router = new LockRouter(name, sink -> {
                    made[0] = world.new Feed(sink, Duration.ofSeconds(3));
                    return made[0];
                });
                feed = made[0];
                Threads threads = new Threads(world, world, world.executor(), world.executor());
                SimulatedWorld.Log log = world.new Log(Duration.ofSeconds(3));
                locks = new LeasedLocks(
                        new LockParts(name, log, router, Ids.fresh(name), threads, Duration.ofSeconds(10)));
            }

            void acquire() {
                if (!busy) {
                    return;
                }
                requests++;
                LockOptions options = LockOptions.of(
                                LockMode.EXCLUSIVE, "test", Duration.ofMillis(world.random.nextLong(400, 3_000)))
                        .maxWait(Duration.ofMillis(world.random.nextLong(0, 5_000)));
                CompletableFuture<RegionLock> waiting =
                        locks.acquireAsync(REGION, world.random.nextBoolean() ? options : options.notRenewed());
                Futures.whenDone(waiting, this::held, failure -> {
                    answers++;
                    world.note(name + " was not granted the lock: " + failure.getMessage());
                    world.after(world.random.nextLong(1_000_000_000), this::acquire);
                });
                if (world.happens(0.1)) {
                    world.after(world.random.nextLong(2_000_000_000), () -> waiting.cancel(false));
                }
            }

            private void held(RegionLock granted) {
                answers++;
                grants++;
                world.note(name + " was granted " + granted.token());
                lock = granted;
                world.after(world.random.nextLong(3_000_000_000L), () -> {
                    world.note(name + " closes");
                    granted.close();
                    world.after(world.random.nextLong(1_000_000_000), this::acquire);
                });
            }
        }
    }

    /** The rules of section 9 for EXCLUSIVE locks of one region, with a clock that is as fast as permitted. */
    private static final class Coordinator {
        private static final class Claim {
            private final LockEvent.Builder about;
            private final long lease;
            private final long wait;
            private boolean held;
            private @Nullable Long ends;

            Claim(LockRequest request, long token) {
                about = LockEvent.newBuilder()
                        .setRegion(request.getRegion())
                        .setOwner(request.getOwner())
                        .setRequestId(request.getRequestId())
                        .setToken(token);
                lease = nanos(request.getAcquire().getLease());
                wait = nanos(request.getAcquire().getMaxWait());
            }

            private static long nanos(com.google.protobuf.Duration length) {
                return length.getSeconds() * 1_000_000_000 + length.getNanos();
            }
        }

        private interface EventSink {
            void accept(LockEvent event);
        }

        private final SimulatedWorld world;
        private final EventSink sink;
        private final List<Claim> claims = new ArrayList<>();
        private final Map<String, LockEvent> endings = new HashMap<>();
        private long clock;
        private long lastTick;

        Coordinator(SimulatedWorld world, EventSink sink) {
            this.world = world;
            this.sink = sink;
        }

        boolean isHolder(String owner) {
            return !claims.isEmpty()
                    && claims.get(0).held
                    && claims.get(0).about.getOwner().equals(owner);
        }

        void apply(long offset, LockRequest request) {
            world.note(offset + " logged: " + request.getRequestCase() + " of " + request.getRequestId());
            switch (request.getRequestCase()) {
                case ACQUIRE -> acquire(offset, request);
                case RENEW -> {
                    LockEvent.Builder answer =
                            answer(request).setToken(request.getRenew().getToken());
                    Claim first = claims.isEmpty() ? null : claims.get(0);
                    if (first != null && first.about.getToken() == answer.getToken() && first.held) {
                        first.ends = null;
                        emit(answer.setRenewed(LockEvent.Renewed.getDefaultInstance()));
                    } else {
                        emit(answer.setRejected(LockEvent.Rejected.newBuilder().setReason("not held")));
                    }
                }
                case RELEASE -> {
                    long token = request.getRelease().getToken();
                    for (Claim claim : List.copyOf(claims)) {
                        if (claim.about.getToken() == token
                                && claim.about.getOwner().equals(request.getOwner())) {
                            end(claim, claim.about.clone().setReleased(LockEvent.Released.getDefaultInstance()));
                        }
                    }
                    emit(answer(request).setToken(token).setReleased(LockEvent.Released.getDefaultInstance()));
                    grantNext();
                }
                case TICK, REQUEST_NOT_SET -> throw new AssertionError(request);
            }
        }

        private void acquire(long offset, LockRequest request) {
            LockEvent ending = endings.get(request.getRequestId());
            for (Claim claim : claims) {
                if (claim.about.getRequestId().equals(request.getRequestId())) {
                    if (claim.held) {
                        claim.ends = null;
                        emit(claim.about.clone().setGranted(LockEvent.Granted.getDefaultInstance()));
                    } else {
                        emit(claim.about.clone().setQueued(LockEvent.Queued.getDefaultInstance()));
                    }
                    return;
                }
            }
            if (ending != null) {
                emit(ending.toBuilder());
                return;
            }
            Claim claim = new Claim(request, offset);
            boolean hasOne =
                    claims.stream().anyMatch(other -> other.about.getOwner().equals(request.getOwner()));
            if (claims.isEmpty() || (claim.wait > 0 && !hasOne)) {
                claims.add(claim);
                if (claims.size() > 1) {
                    emit(claim.about.clone().setQueued(LockEvent.Queued.getDefaultInstance()));
                }
                grantNext();
            } else {
                LockEvent.Builder rejected = claim.about
                        .clone()
                        .setRejected(LockEvent.Rejected.newBuilder().setReason("taken"));
                endings.put(request.getRequestId(), rejected.build());
                emit(rejected);
            }
        }

        void tick() {
            clock += (long) ((world.nanoTime() - lastTick) * (world.happens(0.5) ? 0.5 : 1.25));
            lastTick = world.nanoTime();
            for (Claim claim : List.copyOf(claims)) {
                if (claim.ends == null) {
                    claim.ends = clock + (claim.held ? claim.lease : claim.wait);
                } else if (clock > claim.ends) {
                    world.note("past its deadline: " + claim.about.getRequestId());
                    end(
                            claim,
                            claim.held
                                    ? claim.about.clone().setExpired(LockEvent.Expired.getDefaultInstance())
                                    : claim.about
                                            .clone()
                                            .setRejected(LockEvent.Rejected.newBuilder()
                                                    .setReason("waited for too long")));
                    grantNext();
                }
            }
        }

        private void grantNext() {
            if (!claims.isEmpty() && !claims.get(0).held) {
                Claim next = claims.get(0);
                next.held = true;
                next.ends = null;
                emit(next.about.clone().setGranted(LockEvent.Granted.getDefaultInstance()));
            }
        }

        private void end(Claim claim, LockEvent.Builder event) {
            claims.remove(claim);
            endings.put(claim.about.getRequestId(), event.build());
            if (!event.hasReleased()) {
                emit(event);
            }
        }

        private static LockEvent.Builder answer(LockRequest request) {
            return LockEvent.newBuilder()
                    .setRegion(request.getRegion())
                    .setOwner(request.getOwner())
                    .setRequestId(request.getRequestId());
        }

        private void emit(LockEvent.Builder event) {
            world.note("emitted: " + event.getEventCase() + " to " + event.getRequestId());
            sink.accept(event.build());
        }
    }
}
