package io.sexton.simulation.database;

import io.sexton.client.LockOptions;
import io.sexton.client.NoticeListener;
import io.sexton.client.RegionLock;
import io.sexton.client.SextonClient;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.Approval;
import io.sexton.v1.ApprovalNeeded;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.LockMode;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The people, and the scanner, of one region: on a machine that nothing ever happens to. */
public final class Operator {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(45);
    private static final int MANY_FILES = 100_000;

    private final World world;
    private final Database database;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final Set<String> holds = new TreeSet<>();
    private boolean approves = true;
    private boolean scanning;
    private int approvals;

    Operator(World world, Database database) {
        this.world = world;
        this.database = database;
        process = world.process(database.region().value() + "-operator");
        access = new ClientAccess(world, process);
        client = world.client(process, access, Duration.ofHours(24));
        client.notices().subscribe(database.region(), new NoticeListener() {
            @Override
            public void onApprovalNeeded(ApprovalNeeded needed) {
                world.coverage().met("notice: approval needed");
                if (approves) {
                    process.later(Duration.ofMinutes(3), Operator.this::approve);
                }
            }
        });
        policy(world.settings().policy());
    }

    /** Sets the policy of this region. */
    public void policy(Policy policy) {
        surely(RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setRegionGlob(database.region().value())
                        .setPolicy(policy))
                .build());
    }

    public void hold(String id, String prefix) {
        world.coverage().met("operation: hold");
        holds.add(id);
        surely(event().setHold(Hold.newBuilder().setHoldId(id).setPathPrefix(prefix))
                .build());
    }

    /** Releases what is held. */
    public void releaseAll() {
        for (String id : List.copyOf(holds)) {
            holds.remove(id);
            surely(event().setHold(Hold.newBuilder().setHoldId(id).setReleased(true))
                    .build());
        }
    }

    /** Whether it answers when asked for an approval. */
    public void setApproving(boolean does) {
        approves = does;
    }

    public void approve() {
        surely(event().setApproval(Approval.newBuilder()
                        .setApprovalId("approval-" + ++approvals)
                        .setMaxFiles(MANY_FILES))
                .build());
    }

    public void retry() {
        surely(event().setRetry(Retry.getDefaultInstance()).build());
    }

    /** Lists the region's root under its shared lock, and publishes what is there. */
    public void scan() {
        if (scanning) {
            return;
        }
        scanning = true;
        CompletableFuture<RegionLock> lock = client.locks()
                .acquireAsync(
                        database.region(),
                        LockOptions.of(LockMode.SHARED, "scan", Duration.ofMinutes(1))
                                .maxWait(Duration.ofMinutes(5)));
        var unused = lock.whenComplete((held, refused) -> {
            if (held != null) {
                process.later(Duration.ZERO, () -> list(held));
            } else {
                scanning = false;
                world.coverage().met("refusal: shared lock");
            }
        });
    }

    private void list(RegionLock held) {
        try {
            access.blocking(() -> {
                try {
                    return client.publisher().inventory(database.region()).write(sink -> {
                        if (!world.store().isReachable()) {
                            throw new IOException("the store does not answer");
                        }
                        for (StoredObject each :
                                world.store().list(database.root()).values()) {
                            sink.accept(
                                    FileRef.newBuilder().setPath(each.path()).build());
                        }
                    });
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            world.coverage().met("operation: inventory");
        } catch (RuntimeException failed) {
            world.coverage().met("operation: inventory failed");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            scanning = false;
            held.close();
        }
    }

    /** Whether it would make a hold that has been released meanwhile. */
    private boolean isOutdated(RegionEvent event) {
        return event.hasHold()
                && !event.getHold().getReleased()
                && !holds.contains(event.getHold().getHoldId());
    }

    private RegionEvent.Builder event() {
        return RegionEvent.newBuilder().setRegion(database.region().value());
    }

    /** Publishes until it is acknowledged; twice does no harm. */
    private void surely(RegionEvent event) {
        CompletableFuture<?> published;
        if (event.hasPolicySet()) {
            published = client.publisher().setPolicy(event.getPolicySet());
        } else {
            client.publisher().reset(database.region());
            published = client.publisher().publish(event);
        }
        var unused = published.whenComplete((position, failure) -> {
            if (failure != null) {
                process.later(TRY_AGAIN, () -> {
                    if (!isOutdated(event)) {
                        surely(event);
                    }
                });
            }
        });
    }
}
