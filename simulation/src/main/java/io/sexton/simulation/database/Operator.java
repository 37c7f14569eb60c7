package io.sexton.simulation.database;

import io.sexton.client.NoticeListener;
import io.sexton.client.PublishException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.storage.Pace;
import io.sexton.deleter.topology.RegionScanner;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
import io.sexton.v1.Approval;
import io.sexton.v1.ApprovalNeeded;
import io.sexton.v1.Disposition;
import io.sexton.v1.Hold;
import io.sexton.v1.OrphanConfirmation;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Retry;
import io.sexton.v1.Trigger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The people, and the scanner, of one region: on a machine that nothing ever happens to. */
public final class Operator {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(45);
    private static final int MANY_FILES = 100_000;
    private static final RegionScanner.Settings SCANS = new RegionScanner.Settings(
            Duration.ofMinutes(1), Duration.ofMinutes(5), 1, new Pace(OptionalDouble.empty(), () -> 0));

    private final World world;
    private final Database database;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final Set<String> holds = new TreeSet<>();
    private Policy policy;
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
        policy = policyFor(database.kind(), world.settings().policy());
        publishPolicy();
    }

    /** Where there is no manifest, no snapshot will ever confirm an orphan: a file of a life before, for one. */
    private static Policy policyFor(DatabaseKind kind, Policy drawn) {
        return kind == DatabaseKind.RETENTION_ONLY
                ? drawn.toBuilder()
                        .setOrphanConfirmation(OrphanConfirmation.INVENTORY)
                        .build()
                : drawn;
    }

    /** What is to be done with garbage. */
    public Disposition disposition() {
        return policy.getDisposition();
    }

    /** What garbage waits for. */
    public Trigger trigger() {
        return policy.getTrigger();
    }

    /** Nothing is only looked at any more, or waits for what may never come. */
    public void endTrials() {
        Policy ended = policy.toBuilder()
                .setTrigger(Trigger.CONTINUOUS)
                .setDisposition(looksOnly() ? Disposition.DELETE : policy.getDisposition())
                .build();
        if (looksOnly() || policy.getTrigger() == Trigger.ON_COMPACTION) {
            policy = ended;
            publishPolicy();
        }
    }

    private boolean looksOnly() {
        return policy.getDisposition() == Disposition.DRY_RUN;
    }

    /** Sets the policy of this region. */
    private void publishPolicy() {
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

    /** Somebody else begins or ends a hold. If that one dies in between, it is for the operator to release it. */
    void notice(Hold hold) {
        if (hold.getReleased()) {
            holds.remove(hold.getHoldId());
        } else {
            holds.add(hold.getHoldId());
        }
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

    /** Lists the region's root under its shared lock, and publishes what is there: the real code. */
    public void scan() {
        if (!scanning) {
            scanning = true;
            process.later(Duration.ZERO, this::list);
        }
    }

    private void list() {
        RegionScanner scanner = new RegionScanner(
                world.parts().blocking(new BlockedThread(world, process, client)), client.publisher(), SCANS);
        RegionRoot root = new RegionRoot(database.region(), database.root());
        try {
            access.blocking(() -> scanned(scanner, root));
            world.coverage().met("operation: inventory");
        } catch (PublishException | UncheckedIOException e) {
            world.say(process.name(), () -> "gives up its scan: " + e.getMessage());
            world.coverage().met("operation: inventory failed");
        } catch (InterruptedException e) {
            world.coverage().met("operation: inventory interrupted");
        } finally {
            scanning = false;
        }
    }

    private RegionScanner.Scanned scanned(RegionScanner scanner, RegionRoot root) throws InterruptedException {
        try {
            return scanner.scan(world.files(process), root, length -> Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it would make a hold that has been released meanwhile, or set a policy that was replaced. */
    private boolean isOutdated(RegionEvent event) {
        boolean isReleased = event.hasHold()
                && !event.getHold().getReleased()
                && !holds.contains(event.getHold().getHoldId());
        boolean isReplaced =
                event.hasPolicySet() && !event.getPolicySet().getPolicy().equals(policy);
        return isReleased || isReplaced;
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
