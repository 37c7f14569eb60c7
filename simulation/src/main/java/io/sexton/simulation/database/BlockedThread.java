package io.sexton.simulation.database;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.proto.RegionId;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A thread that blocks while other events run, and is interrupted when its process dies. */
final class BlockedThread implements BlockingCalls {
    private final World world;
    private final SimulatedProcess process;
    private final SextonClient client;

    BlockedThread(World world, SimulatedProcess process, SextonClient client) {
        this.world = world;
        this.process = process;
        this.client = client;
    }

    @Override
    public RegionLock acquire(RegionId region, LockOptions options)
            throws InterruptedException, LockUnavailableException {
        CompletableFuture<RegionLock> requested = client.locks().acquireAsync(region, options);
        try {
            await(requested);
            return requested.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LockUnavailableException unavailable) {
                throw unavailable;
            }
            throw e;
        } finally {
            requested.cancel(false);
        }
    }

    @Override
    public void pause(Duration length) throws InterruptedException {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        process.later(length, () -> over.complete(true));
        await(over);
    }

    private void await(CompletableFuture<?> future) throws InterruptedException {
        world.runUntil(() -> future.isDone() || !process.isAlive());
        if (!future.isDone()) {
            throw new InterruptedException("the process has died");
        }
    }
}
