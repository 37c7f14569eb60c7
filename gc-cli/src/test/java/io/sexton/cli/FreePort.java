package io.sexton.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that are started later, below the range from which systems assign ports to connections: any
 * client may receive one of those before the process binds it.
 */
public final class FreePort {
    private static final int LOWEST = 10_000;
    private static final int BOUND = 32_000;

    /** Ports assigned by this JVM: their processes may not have bound them yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** Returns a port that is free now, and was not returned before. */
    public static int next() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, BOUND);
            try (ServerSocket free = new ServerSocket(port)) {
                if (GIVEN.add(port)) {
                    return free.getLocalPort();
                }
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }
}
