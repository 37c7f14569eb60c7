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
     * @param starter starts it, or starts it again on what it has on disk
     * @param ready whether it says that it works; not asked while it is down
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

    /** Fails with what it said if it has ended by itself. */
    synchronized void requireAlive() {
        if (!running().isAlive()) {
            throw new AssertionError(
                    name + " has ended by itself:\n" + running().said());
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
    synchronized boolean revive() {
        boolean ended = wanted && !running().isAlive();
        if (ended) {
            process = starter.get();
        }
        return ended;
    }

    /** For good, and at once. */
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
