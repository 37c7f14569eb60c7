package io.sexton.cli.chaos;

import io.sexton.cli.process.JavaProcess;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A process that is to run, but for the faults. Thread safe. */
final class Member {

    private final String name;
    private final Supplier<JavaProcess> starter;
    private final BooleanSupplier ready;
    private @Nullable JavaProcess process;
    private boolean wanted;

    /**
     * @param starter starts it, or restarts it on its data
     * @param ready true if it reports that it works; not called while it is down
     */
    Member(String name, Supplier<JavaProcess> starter, BooleanSupplier ready) {
        this.name = name;
        this.starter = starter;
        this.ready = ready;
    }

    String name() {
        return name;
    }

    synchronized boolean wasStarted() {
        return process != null;
    }

    /** Fails with its output if it has ended unexpectedly. */
    synchronized void requireAlive() {
        if (!running().isAlive()) {
            throw new AssertionError(
                    name + " has ended by itself:\n" + running().output());
        }
    }

    synchronized void start() {
        wanted = true;
        process = starter.get();
    }

    synchronized void kill() {
        wanted = false;
        running().kill();
    }

    synchronized void stop() {
        wanted = false;
        running().stop();
    }

    synchronized void pause() {
        running().pause();
    }

    synchronized void resume() {
        running().resume();
    }

    /** Starts it again if it has ended by itself, as whatever watches over processes would. Returns whether it had. */
    synchronized boolean restartIfEnded() {
        boolean ended = wanted && !running().isAlive();
        if (ended) {
            process = starter.get();
        }
        return ended;
    }

    /** Ends it permanently, and at once. */
    synchronized void end() {
        wanted = false;
        if (process != null) {
            process.close();
        }
    }

    boolean isReady() {
        synchronized (this) {
            if (!wanted || !running().isAlive()) {
                return false;
            }
        }
        return ready.getAsBoolean();
    }

    private JavaProcess running() {
        return Objects.requireNonNull(process, name);
    }
}
