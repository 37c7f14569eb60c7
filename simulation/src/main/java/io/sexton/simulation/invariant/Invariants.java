package io.sexton.simulation.invariant;

import io.sexton.simulation.World;
import java.time.Duration;
import java.util.List;

/** All invariants of one world. */
public final class Invariants {
    /**
     * Upper bound on the difference of machines' clocks without a clock fault, and on the delay of a fact into the log.
     */
    private static final Duration SOUND = Duration.ofSeconds(90);

    private static final Duration STEPPED = Duration.ofMinutes(6);

    private final GarbageGoes garbageGoes;
    private final List<Invariant> all;

    /** Watches the world from now on. */
    public Invariants(World world, boolean clocksAreStepped) {
        garbageGoes = new GarbageGoes(world);
        all = List.of(
                new NoLiveFileDeleted(world),
                new NoPinnedFileDeleted(world),
                new NoHeldFileCondemned(world, clocksAreStepped ? STEPPED : SOUND, clocksAreStepped),
                new NoEarlyDeletion(world, clocksAreStepped ? STEPPED : SOUND, clocksAreStepped),
                new NoDeletionAgainstALock(world),
                new FailsClosed(world),
                new CompleteInventories(world),
                new SoundInventories(world),
                new NoUnapprovedSweep(world),
                new NothingKeptIsLost(world, SOUND, clocksAreStepped),
                garbageGoes,
                new EverythingIsExplained(world),
                new ReplayEqualsLive(world));
        all.forEach(world.observers()::add);
        world.afterEachStep(() -> all.forEach(Invariant::check));
    }

    /** Returns true if all garbage is deleted. */
    public boolean isClean() {
        return garbageGoes.isSo();
    }

    /** Checks liveness, and what is too slow to be checked after each step. */
    public void checkAtTheEnd() {
        all.forEach(Invariant::checkAtTheEnd);
    }
}
