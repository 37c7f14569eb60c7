package io.sexton.simulation.database;

import io.sexton.client.PublishException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.Pace;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.proto.RegionId;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The scans of one process, by the real scanner, one at a time, in the order of their requests. A region is queued
 * once; a request for a region that is being scanned waits for the end of that scan. The queue is lost with the
 * process.
 */
public final class RegionScans {
    private static final RegionScanner.Settings SETTINGS = new RegionScanner.Settings(
            Duration.ofMinutes(1), Duration.ofMinutes(5), 1, new Pace(OptionalDouble.empty(), () -> 0));

    private final World world;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final Map<RegionId, RegionRoot> waiting = new LinkedHashMap<>();
    private boolean busy;

    public RegionScans(World world, SimulatedProcess process) {
        this.world = world;
        this.process = process;
        access = new ClientAccess(world, process);
        client = world.client(process, access, Duration.ofHours(24));
    }

    /** Takes note of a region that is to be scanned. */
    public void request(RegionRoot root) {
        waiting.put(root.region(), root);
        resume();
    }

    private void resume() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            process.later(Duration.ZERO, this::scanFirst);
        }
    }

    private void scanFirst() {
        Iterator<RegionRoot> roots = waiting.values().iterator();
        RegionRoot root = roots.next();
        roots.remove();
        try {
            RegionScanner scanner = new RegionScanner(
                    world.parts().blocking(new BlockedThread(world, process, client)), client.publisher(), SETTINGS);
            access.blocking(() -> scanned(scanner, root));
            world.coverage().met("operation: inventory");
        } catch (PublishException | UncheckedIOException e) {
            world.trace(process.name(), () -> "gives up its scan: " + e.getMessage());
            world.coverage().met("operation: inventory failed");
        } catch (InterruptedException e) {
            world.coverage().met("operation: inventory interrupted");
        } finally {
            busy = false;
            resume();
        }
    }

    private RegionScanner.Scanned scanned(RegionScanner scanner, RegionRoot root) throws InterruptedException {
        try {
            return scanner.scan(world.files(process), root, length -> Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
