package io.sexton.simulation.database;

import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A move of a region to another machine under its exclusive lock: no deletion in it meanwhile (I4). */
public final class Migration implements ExclusiveOwner {
    private final World world;
    private final Database database;
    private final SimulatedProcess process;
    private final CompletableFuture<RegionLock> lock;

    private Migration(World world, Database database, String name, SeededRandom random) {
        this.world = world;
        this.database = database;
        process = world.process(name);
        SextonClient client = world.client(process, Duration.ofHours(24));
        lock = client.locks()
                .acquireAsync(
                        database.region(),
                        LockOptions.of(LockMode.EXCLUSIVE, "migration", Duration.ofMinutes(1))
                                .maxWait(Duration.ofMinutes(10)));
        var unused = lock.whenComplete((held, refused) -> {
            if (held != null) {
                world.coverage().met("operation: migration under its lock");
                world.trace(name, () -> "holds " + database.region() + " with token " + held.token());
                process.later(
                        random.between(Duration.ofSeconds(5), Duration.ofMinutes(10)), () -> handOver(held, random));
            } else {
                world.coverage().met("refusal: exclusive lock");
            }
        });
        database.migrations().add(this);
        database.exclusiveOwners().add(this);
    }

    /** Starts the migration; the rest runs as scheduled events. */
    public static void begin(World world, Database database, String name, SeededRandom random) {
        new Migration(world, database, name, random);
    }

    @Override
    public boolean isAlone() {
        return process.isAlive()
                && !lock.isCompletedExceptionally()
                && lock.isDone()
                && lock.join().isHeld();
    }

    @Override
    public String name() {
        return process.name();
    }

    /** Gives up what it holds or waits for. */
    public void stop() {
        if (process.isAlive()) {
            if (lock.isDone() && !lock.isCompletedExceptionally()) {
                lock.join().close();
            } else {
                lock.cancel(false);
            }
        }
    }

    private void handOver(RegionLock held, SeededRandom random) {
        if (held.isHeld() && !database.truth().isDropped()) {
            database.leader().filter(leader -> random.oneIn(2)).ifPresent(Leader::crash);
            database.elect();
        }
        if (random.oneIn(5)) {
            world.trace(process.name(), () -> "dies with its lock");
            process.kill();
        } else {
            process.later(random.between(Duration.ofSeconds(1), Duration.ofMinutes(5)), held::close);
        }
    }
}
