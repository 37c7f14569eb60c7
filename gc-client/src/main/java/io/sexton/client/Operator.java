package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.EventSender;
import io.sexton.client.internal.Futures;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.Approval;
import io.sexton.v1.Expedite;
import io.sexton.v1.Hold;
import io.sexton.v1.Policy;
import io.sexton.v1.PolicySet;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.RegionDropped;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.RegionRestored;
import io.sexton.v1.Retry;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The acts of operators: holds, approvals, retries, policies, drops. They are events like all others, with epoch 0, and
 * name the client as their producer.
 *
 * <p>Each is checked by the rules of the schema before it is sent, and an act that breaks one throws an
 * {@link InvalidEventException}. A {@link PublishException} leaves open whether the act is in the log. All acts are
 * idempotent: call again. An act is applied when gc-streams reads it; what came of it is in the notices of the region.
 *
 * <p>Safe for use by any thread. Acts do not depend on each other, nor on other events of this client: wait for one
 * before another that must come after it.
 *
 * @see io.sexton.client the rules for futures and failures
 */
public final class Operator {

    private final ClientParts parts;
    private final EventSender sender;

    Operator(ClientParts parts) {
        this.parts = parts;
        this.sender = parts.sender();
    }

    /**
     * Holds files of a region: nothing under the hold's prefix is deleted until the hold is released, or expires. Delete
     * commands that are under way are revoked. The same hold again begins it anew.
     *
     * @param hold id, path prefix (empty: the whole region), reason, and, if it is to expire, after what time
     * @return the position in the log; files that are condemned before it may be deleted already
     */
    public LogPosition hold(RegionId region, Hold hold) throws InterruptedException {
        return Futures.await(holdAsync(region, hold));
    }

    /** Holds files, as {@link #hold}, without blocking. */
    public CompletableFuture<LogPosition> holdAsync(RegionId region, Hold hold) {
        return sender.send(sender.event(region).setHold(hold).build());
    }

    /**
     * Releases a hold. One that does not exist is ignored.
     *
     * @param holdId the id that the hold was begun with
     * @return the position in the log
     */
    public LogPosition release(RegionId region, String holdId) throws InterruptedException {
        return Futures.await(releaseAsync(region, holdId));
    }

    /** Releases a hold, as {@link #release}, without blocking. */
    public CompletableFuture<LogPosition> releaseAsync(RegionId region, String holdId) {
        return holdAsync(
                region, Hold.newBuilder().setHoldId(holdId).setReleased(true).build());
    }

    /**
     * Approves what a region waits for: lifts a latch, or accepts an inventory that is doubted. An approval counts once,
     * however often it is published.
     *
     * @param approval its id and operator, and either how many files beyond the guard may be condemned within 24 hours,
     *     with the {@code latch_offset} of the {@code ApprovalNeeded} notice, or the id of the inventory
     * @return the position in the log
     */
    public LogPosition approve(RegionId region, Approval approval) throws InterruptedException {
        return Futures.await(approveAsync(region, approval));
    }

    /** Approves, as {@link #approve}, without blocking. */
    public CompletableFuture<LogPosition> approveAsync(RegionId region, Approval approval) {
        return sender.send(sender.event(region).setApproval(approval).build());
    }

    /**
     * Lets stuck files be deleted again, once what hindered them is gone.
     *
     * @param pathPrefix a prefix of characters of their paths; empty for the whole region
     * @return the position in the log
     */
    public LogPosition retry(RegionId region, String pathPrefix) throws InterruptedException {
        return Futures.await(retryAsync(region, pathPrefix));
    }

    /** Retries, as {@link #retry}, without blocking. */
    public CompletableFuture<LogPosition> retryAsync(RegionId region, String pathPrefix) {
        return sender.send(sender.event(region)
                .setRetry(Retry.newBuilder().setPathPrefix(pathPrefix))
                .build());
    }

    /**
     * Computes the due times of garbage anew, from the policy in force. Orphans keep their time.
     *
     * @param pathPrefix a prefix of characters of their paths; empty for the whole region
     * @return the position in the log
     */
    public LogPosition expedite(RegionId region, String pathPrefix) throws InterruptedException {
        return Futures.await(expediteAsync(region, pathPrefix));
    }

    /** Expedites, as {@link #expedite}, without blocking. */
    public CompletableFuture<LogPosition> expediteAsync(RegionId region, String pathPrefix) {
        return sender.send(sender.event(region)
                .setExpedite(Expedite.newBuilder().setPathPrefix(pathPrefix))
                .build());
    }

    /**
     * Sets the policy of the regions that match a glob. A policy belongs to a partition, so one event is published to
     * each. That patterns compile is checked by gc-streams only: a policy with one that does not is a dead letter.
     *
     * @param regionGlob {@code *} stands for any run of characters, {@code ?} for one
     * @param policy the whole policy; what it leaves out is at its default
     * @return the positions, one for each partition
     * @throws PublishException if an acknowledgement did not come; some partitions may have the policy
     */
    public List<LogPosition> setPolicy(String regionGlob, Policy policy) throws InterruptedException {
        return Futures.await(setPolicyAsync(regionGlob, policy));
    }

    /** Sets a policy, as {@link #setPolicy}, without blocking. */
    public CompletableFuture<List<LogPosition>> setPolicyAsync(String regionGlob, Policy policy) {
        return publishPolicy(PolicySet.newBuilder().setRegionGlob(regionGlob).setPolicy(policy));
    }

    /**
     * Removes the policy of a glob from every partition. Policies of other globs that match the same regions take its
     * place.
     *
     * @param regionGlob the glob that the policy was set with
     * @return the positions, one for each partition
     * @throws PublishException if an acknowledgement did not come; some partitions may still have the policy
     */
    public List<LogPosition> removePolicy(String regionGlob) throws InterruptedException {
        return Futures.await(removePolicyAsync(regionGlob));
    }

    /** Removes a policy, as {@link #removePolicy}, without blocking. */
    public CompletableFuture<List<LogPosition>> removePolicyAsync(String regionGlob) {
        return publishPolicy(PolicySet.newBuilder().setRegionGlob(regionGlob));
    }

    private CompletableFuture<List<LogPosition>> publishPolicy(PolicySet.Builder policy) {
        RegionEvent event = RegionEvent.newBuilder()
                .setProducer(parts.producer())
                .setPolicySet(policy)
                .build();
        EventSender.requireRules(event);
        return parts.log().appendToAllPartitions(Topics.EVENTS, event);
    }

    /**
     * Drops a region whose leader is gone. After {@code drop_linger} every file of it is deleted, whatever its state;
     * pins, references and holds still protect.
     *
     * <p>WARNING: call it only once the database itself has dropped the region for good. Its leader uses
     * {@link RegionWriter#drop}, which keeps the order of its edits.
     *
     * @return the position in the log
     */
    public LogPosition dropRegion(RegionId region) throws InterruptedException {
        return Futures.await(dropRegionAsync(region));
    }

    /** Drops a region, as {@link #dropRegion}, without blocking. */
    public CompletableFuture<LogPosition> dropRegionAsync(RegionId region) {
        return sender.send(sender.event(region)
                .setRegionDropped(RegionDropped.getDefaultInstance())
                .build());
    }

    /**
     * Takes the drop of a region back, if it has not taken effect yet; a notice reports otherwise. The leader must then
     * publish a snapshot.
     *
     * @return the position in the log
     */
    public LogPosition restoreRegion(RegionId region) throws InterruptedException {
        return Futures.await(restoreRegionAsync(region));
    }

    /** Restores a region, as {@link #restoreRegion}, without blocking. */
    public CompletableFuture<LogPosition> restoreRegionAsync(RegionId region) {
        return sender.send(sender.event(region)
                .setRegionRestored(RegionRestored.getDefaultInstance())
                .build());
    }

    /**
     * Ends the pin of a reader, for one that has died and whose ttl is long.
     *
     * <p>WARNING: a reader that lives loses the files that it reads (I2). Its next heartbeat does not bring the pin back.
     *
     * @param readerId the id of its heartbeats
     * @return the position in the log
     */
    public LogPosition finishReader(RegionId region, String readerId) throws InterruptedException {
        return Futures.await(finishReaderAsync(region, readerId));
    }

    /** Ends the pin of a reader, as {@link #finishReader}, without blocking. */
    public CompletableFuture<LogPosition> finishReaderAsync(RegionId region, String readerId) {
        return sender.send(sender.event(region)
                .setQueryFinished(QueryFinished.newBuilder().setReaderId(readerId))
                .build());
    }
}
