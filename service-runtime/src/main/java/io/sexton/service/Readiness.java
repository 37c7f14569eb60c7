package io.sexton.service;

import java.util.function.BooleanSupplier;

/** The readiness of what is started after the server that reports it: false until then. Thread safe. */
public final class Readiness implements BooleanSupplier {
    private volatile BooleanSupplier started = () -> false;

    /** Uses the readiness of a started service from now on. */
    public void follow(BooleanSupplier ready) {
        started = ready;
    }

    @Override
    public boolean getAsBoolean() {
        return started.getAsBoolean();
    }
}
