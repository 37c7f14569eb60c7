package io.sexton.simulation.database;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.PublishException;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.Moved;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.storage.TrashedFile;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.deleter.topology.Restoration;
import io.sexton.proto.RegionId;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that restores files from the trash, by the real code; the database adds some of them to its manifest again.
 */
public final class TrashRestore implements ExclusiveOwner {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final World world;
    private final Database database;
    private final SeededRandom random;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final FileStore files;
    private @Nullable RegionLock lock;

    private TrashRestore(World world, Database database, String name, SeededRandom random) {
        this.world = world;
        this.database = database;
        this.random = random;
        process = world.process(name);
        access = new ClientAccess(world, process);
        client = world.client(process, access, Duration.ofHours(24));
        files = world.files(process);
        database.exclusiveOwners().add(this);
    }

    /**
     * Restores some of what is in the region's trash.
     *
     * @param crashes true if the process is killed after at most 5 s, in the middle of its work
     */
    public static void begin(World world, Database database, String name, boolean crashes, SeededRandom random) {
        TrashRestore restore = new TrashRestore(world, database, name, random);
        if (crashes) {
            restore.process.later(random.between(Duration.ZERO, Duration.ofSeconds(5)), restore.process::kill);
        }
        restore.process.later(Duration.ZERO, restore::restore);
    }

    @Override
    public String name() {
        return process.name();
    }

    @Override
    public boolean isAlone() {
        return process.isAlive() && lock != null && lock.isHeld();
    }

    private void restore() {
        try {
            List<TrashedFile> chosen = choose();
            if (!chosen.isEmpty()) {
                world.coverage().met("operation: restore from the trash");
                restore(chosen);
            }
        } catch (StorageProblemException e) {
            world.coverage().met("refusal: the trash cannot be listed");
        } catch (LockUnavailableException e) {
            world.coverage().met("refusal: lock to restore");
        } catch (PublishException | IllegalStateException e) {
            world.coverage().met("refusal: restore not announced");
        } catch (InterruptedException e) {
            world.coverage().met("fault: restore dies");
        }
    }

    private List<TrashedFile> choose() throws StorageProblemException, InterruptedException {
        List<TrashedFile> chosen = new ArrayList<>();
        files.trash()
                .list(
                        Optional.of(database.region()),
                        file -> {
                            if (random.oneIn(2)) {
                                chosen.add(file);
                            }
                        },
                        length -> Optional.empty());
        return chosen;
    }

    private void restore(List<TrashedFile> chosen) throws InterruptedException, LockUnavailableException {
        BlockingCalls thread = world.parts().blocking(new BlockedThread(world, process, client));
        List<Restoration.Restored> restored =
                new Restoration(files, announced()).restore(watched(thread), database.region(), chosen, LEASE, TIMEOUT);
        for (Restoration.Restored each : restored) {
            world.coverage().met("restored: " + each.moved().getClass().getSimpleName());
            if (each.moved() instanceof Moved.Done && random.oneIn(2)) {
                database.leader()
                        .filter(Leader::isReady)
                        .ifPresent(leader ->
                                Flush.revive(leader, each.file().path().value(), random));
            }
        }
    }

    private Restoration.Log announced() {
        Restoration.Log log = Restoration.Log.of(client);
        return new Restoration.Log() {
            @Override
            public void fileWritten(RegionId region, FileRef file) throws InterruptedException {
                Instant announcedAt = world.scheduler().now();
                access.blocking(() -> {
                    log.fileWritten(region, file);
                    return file;
                });
                database.truth().announce(file.getPath(), announcedAt);
            }

            @Override
            public void hold(RegionId region, Hold hold) throws InterruptedException {
                if (!hold.getReleased()) {
                    database.operator().notice(hold);
                }
                access.blocking(() -> {
                    log.hold(region, hold);
                    return hold;
                });
                database.operator().notice(hold);
            }
        };
    }

    private BlockingCalls watched(BlockingCalls thread) {
        return new BlockingCalls() {
            @Override
            public RegionLock acquire(RegionId region, LockOptions options)
                    throws InterruptedException, LockUnavailableException {
                RegionLock held = thread.acquire(region, options);
                lock = held;
                return held;
            }

            @Override
            public void pause(Duration length) throws InterruptedException {
                thread.pause(length);
            }
        };
    }
}
