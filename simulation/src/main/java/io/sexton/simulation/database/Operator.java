package io.sexton.simulation.database;

import io.sexton.client.FileSink;
import io.sexton.client.LogPosition;
import io.sexton.client.NoticeListener;
import io.sexton.client.PublishException;
import io.sexton.client.SextonClient;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.proto.Times;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.log.ClientAccess;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.Approval;
import io.sexton.v1.ApprovalNeeded;
import io.sexton.v1.Disposition;
import io.sexton.v1.Expedite;
import io.sexton.v1.FileRef;
import io.sexton.v1.Hold;
import io.sexton.v1.InventoryDoubted;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** The people, and the scanner, of one region: on a machine that nothing ever happens to. */
public final class Operator {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(45);
    /** The prefix of a listing of something else. */
    public static final String ELSEWHERE = "elsewhere/";

    private static final int MANY_FILES = 100_000;
    private static final Duration PROMPT = Duration.ofMinutes(3);
    private static final Duration LATE = Duration.ofHours(8);

    private final World world;
    private final Database database;
    private final SimulatedProcess process;
    private final ClientAccess access;
    private final SextonClient client;
    private final Set<String> holds = new TreeSet<>();
    private final Set<Long> pendingApprovals = new TreeSet<>();
    private Policy policy;
    private boolean approves = true;
    private final SeededRandom random;
    private final RegionScans scans;
    private boolean delays = true;
    private int approvals;

    Operator(World world, Database database) {
        this.world = world;
        this.database = database;
        process = world.process(database.region().value() + "-operator");
        access = new ClientAccess(world, process);
        client = world.client(process, access, Duration.ofHours(24));
        random = world.random(process.name());
        scans = new RegionScans(world, process);
        client.notices().subscribe(database.region(), new NoticeListener() {
            @Override
            public void onApprovalNeeded(ApprovalNeeded needed) {
                world.coverage().met("notice: approval needed");
                // No operator approves while the manifest is misread. A late approval covers no later latch.
                if (approves && !database.isMisread()) {
                    pendingApprovals.add(needed.getLatchOffset());
                    process.later(delay(), () -> approveIfPending(needed.getLatchOffset()));
                }
            }

            @Override
            public void onInventoryDoubted(InventoryDoubted doubted) {
                world.coverage().met("notice: inventory doubted");
                // What is missing is looked for: a listing of something else is not accepted.
                if (approves
                        && !database.isMisread()
                        && doubted.getMissingFiles() <= database.truth().lost().size()) {
                    process.later(delay(), () -> accept(doubted.getInventoryId()));
                }
            }
        });
        policy = policyFor(database.kind(), world.settings().policy());
        publishPolicy();
    }

    /**
     * Returns a policy that is usable for that kind. Without a manifest no snapshot ever confirms an orphan, such as a
     * file from before the region's name was reused.
     */
    private static Policy policyFor(DatabaseKind kind, Policy drawn) {
        return kind == DatabaseKind.RETENTION_ONLY
                ? drawn.toBuilder()
                        .setOrphanConfirmation(OrphanConfirmation.INVENTORY)
                        .build()
                : drawn;
    }

    /** Returns the disposition in force. */
    public Disposition disposition() {
        return policy.getDisposition();
    }

    /** Returns the trigger in force. */
    public Trigger trigger() {
        return policy.getTrigger();
    }

    /** Returns the policy that it has set last. Lingers only ever become shorter. */
    public Policy policy() {
        return policy;
    }

    /** Ends dry runs and waits for compactions that may never come. */
    public void endTrials() {
        delays = false;
        Policy ended = policy.toBuilder()
                .setTrigger(Trigger.CONTINUOUS)
                .setDisposition(isDryRun() ? Disposition.DELETE : policy.getDisposition())
                .build();
        if (isDryRun() || policy.getTrigger() == Trigger.ON_COMPACTION) {
            policy = ended;
            publishPolicy();
        }
    }

    private boolean isDryRun() {
        return policy.getDisposition() == Disposition.DRY_RUN;
    }

    /** Sets the policy of this region. */
    private void publishPolicy() {
        publishUntilAcknowledged(RegionEvent.newBuilder()
                .setPolicySet(PolicySet.newBuilder()
                        .setRegionGlob(database.region().value())
                        .setPolicy(policy))
                .build());
    }

    public void hold(String id, String prefix) {
        world.coverage().met("operation: hold");
        holds.add(id);
        publishUntilAcknowledged(event().setHold(Hold.newBuilder().setHoldId(id).setPathPrefix(prefix))
                .build());
    }

    /**
     * Registers a hold that another component begins or ends. If that component dies in between, the operator releases
     * the hold.
     */
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
            publishUntilAcknowledged(
                    event().setHold(Hold.newBuilder().setHoldId(id).setReleased(true))
                            .build());
        }
    }

    /** Places a hold that expires and is never released. */
    public void holdFor(String id, String prefix, Duration length) {
        world.coverage().met("operation: hold that expires");
        publishUntilAcknowledged(event().setHold(
                        Hold.newBuilder().setHoldId(id).setPathPrefix(prefix).setExpiresAfter(Times.toProto(length)))
                .build());
    }

    /** Shortens lingers, but those that writers count on, and has what is garbage already go by them. */
    public void expedite(String prefix) {
        world.coverage().met("operation: expedite");
        policy = policy.toBuilder()
                .setObsoleteLinger(half(policy.getObsoleteLinger()))
                .setTempLinger(half(policy.getTempLinger()))
                .setDropLinger(half(policy.getDropLinger()))
                .build();
        publishPolicy();
        publishUntilAcknowledged(
                event().setExpedite(Expedite.newBuilder().setPathPrefix(prefix)).build());
    }

    private static com.google.protobuf.Duration half(com.google.protobuf.Duration length) {
        return Times.toProto(Times.of(length).dividedBy(2));
    }

    /** Sets whether it reacts to requests for approval. */
    public void setApproving(boolean does) {
        approves = does;
    }

    /** Returns a delay of minutes or of hours. */
    private Duration delay() {
        return delays && random.oneIn(2) ? random.between(PROMPT, LATE) : PROMPT;
    }

    /** Sends the approvals that are still outstanding, at the worst time: when a manifest has just been misread. */
    void answerPendingApprovals() {
        pendingApprovals.forEach(latchOffset -> process.later(PROMPT, () -> approveIfPending(latchOffset)));
    }

    private void approveIfPending(long latchOffset) {
        if (pendingApprovals.remove(latchOffset)) {
            approve(latchOffset);
        }
    }

    private void approve(long latchOffset) {
        publishUntilAcknowledged(event().setApproval(Approval.newBuilder()
                        .setApprovalId("approval-" + ++approvals)
                        .setMaxFiles(MANY_FILES)
                        .setLatchOffset(latchOffset))
                .build());
    }

    private void accept(String inventoryId) {
        world.coverage().met("operation: inventory accepted");
        publishUntilAcknowledged(event().setApproval(Approval.newBuilder()
                        .setApprovalId("approval-" + ++approvals)
                        .setInventoryId(inventoryId))
                .build());
    }

    public void retry() {
        publishUntilAcknowledged(event().setRetry(Retry.getDefaultInstance()).build());
    }

    /** Lists the region's root under its shared lock, and publishes what is there: the real code. */
    public void scan() {
        scans.request(new RegionRoot(database.region(), database.root()));
    }

    /** Publishes a listing that was made one directory too high: each path has a prefix that it should not have. */
    public void scanUnderAnotherPrefix() {
        process.later(Duration.ZERO, () -> {
            try {
                access.blocking(this::publishElsewhere);
                world.coverage().met("operation: listing under another prefix");
            } catch (PublishException | UncheckedIOException e) {
                world.coverage().met("operation: inventory failed");
            } catch (InterruptedException e) {
                world.coverage().met("operation: inventory interrupted");
            }
        });
    }

    private LogPosition publishElsewhere() throws InterruptedException {
        try {
            return client.publisher().publishInventory(database.region(), this::listElsewhere);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listElsewhere(FileSink sink) throws IOException, InterruptedException {
        for (String path : world.store().list(database.root()).keySet()) {
            sink.accept(FileRef.newBuilder().setPath(ELSEWHERE + path).build());
        }
    }

    /** Returns true if the event contains a hold that was released meanwhile, or a policy that was replaced. */
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
    private void publishUntilAcknowledged(RegionEvent event) {
        CompletableFuture<?> published;
        if (event.hasPolicySet()) {
            published = client.operator()
                    .setPolicyAsync(
                            event.getPolicySet().getRegionGlob(),
                            event.getPolicySet().getPolicy());
        } else {
            client.publisher().reset(database.region());
            published = client.publisher().publishAsync(event);
        }
        var unused = published.whenComplete((position, failure) -> {
            if (failure != null) {
                process.later(TRY_AGAIN, () -> {
                    if (!isOutdated(event)) {
                        publishUntilAcknowledged(event);
                    }
                });
            }
        });
    }
}
