package io.sexton.client;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.PolicySet;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.WriteFailed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * The publisher of region events.
 *
 * <p><b>Order.</b> Events of one region that are passed to {@link #publish} are in the log in the order of the calls.
 * After an event that is not acknowledged, every later event of that region fails, including those that were sent
 * already, so that no event overtakes another unnoticed. {@link #reset} declares that the caller has handled the gap. A
 * {@link RegionWriter} keeps a separate order: a failure in one does not affect the other. The events of the other
 * methods do not depend on earlier ones.
 *
 * <p><b>Errors.</b> An event that breaks a rule of the schema is rejected with an {@link InvalidEventException}, and
 * nothing is sent. Every other failure is a {@link PublishException} in the future. Its outcome is unknown.
 *
 * <p><b>Threads.</b> Safe for use by any thread; concurrent callers must establish an order among themselves. Futures
 * are completed by the network thread. Stages that block or take long must use the {@code Async} variants.
 */
public final class LifecyclePublisher {

    private final EventSender sender;
    private final LogWriter log;
    private final ClientParts parts;
    private final ConcurrentHashMap<RegionId, SendOrder> orders = new ConcurrentHashMap<>();

    LifecyclePublisher(EventSender sender, LogWriter log, ClientParts parts) {
        this.sender = sender;
        this.log = log;
        this.parts = parts;
    }

    /**
     * Publishes an event as it is, except that an empty {@code producer} is filled in. The other methods are safer.
     *
     * @return the position in the log, once all in-sync replicas have the event
     * @throws InvalidEventException if the event breaks a rule; nothing is sent then, and later events are not affected
     */
    public CompletableFuture<LogPosition> publish(RegionEvent event) {
        EventSender.requireValid(event);
        return sender.send(event, orderOf(RegionId.of(event.getRegion())));
    }

    /**
     * Announces, without being leader, that a file is about to be written. Returns once that is acknowledged. Only then
     * may the first byte be written, because the file of a writer that crashes earlier would never become known as
     * garbage.
     *
     * @param file the path; size, etag and time as far as they are known
     * @throws InvalidEventException if the path is not a valid path
     * @throws PublishException if no acknowledgement came: do not write the file
     */
    public WrittenFile fileWritten(RegionId region, FileRef file) throws InterruptedException {
        RegionEvent event = sender.event(region, 0)
                .setFileWritten(FileWritten.newBuilder().setFile(file))
                .build();
        long before = parts.clock().nanoTime();
        LogPosition position = Futures.await(sender.send(event));
        return new WrittenFile(file, position, parts.clock(), before, parts.orphanLinger());
    }

    /**
     * Publishes, without being leader, that files were not and will not be committed.
     *
     * <p>WARNING: call it only when the commit has certainly failed. Where the outcome is unknown, publish nothing. The
     * files are then orphans, and are deleted only after a snapshot of the manifest has shown that they are not in it
     * (I1).
     *
     * @param error description of the failure, for people
     * @return the position in the log; fails with a {@link PublishException}
     */
    public CompletableFuture<LogPosition> writeFailed(RegionId region, Collection<FilePath> paths, String error) {
        return sender.send(sender.event(region, 0)
                .setWriteFailed(WriteFailed.newBuilder()
                        .addAllPaths(paths.stream().map(FilePath::value).toList())
                        .setError(error))
                .build());
    }

    /**
     * Opens a region as its leader. Returns once the {@code RegionOpened} is acknowledged.
     *
     * @param epoch the leader generation, above 0; unsigned
     * @param manifestVersion the version that the manifest has now; 0 if it is empty or has no versions
     * @throws InvalidEventException if store or root break a rule
     * @throws PublishException if no acknowledgement came
     */
    public RegionWriter openRegion(RegionId region, long epoch, RegionSettings settings, long manifestVersion)
            throws InterruptedException {
        return RegionWriter.open(parts, region, epoch, settings, manifestVersion);
    }

    /** Returns a publisher of inventories of the region. */
    public InventoryWriter inventory(RegionId region) {
        return new InventoryWriter(sender, region, parts.ids());
    }

    /**
     * Sets the policy of the regions that match a glob, on every partition. The glob and the file pattern are not
     * checked here: if one does not compile, the fold emits the record as a dead letter.
     *
     * @return the positions, one for each partition; fails if any append failed, and then some partitions may have the
     *     policy
     */
    public CompletableFuture<List<LogPosition>> setPolicy(PolicySet policy) {
        return log.appendToAllPartitions(
                Topics.EVENTS,
                RegionEvent.newBuilder()
                        .setProducer(parts.producer())
                        .setPolicySet(policy)
                        .build());
    }

    /**
     * Adds or removes references of another region to files of this one, and waits for the verdict. The other region's
     * commit may rely on the references only after that.
     *
     * @return the added paths that are not protected, because they are condemned, deleted, or may be about to be
     *     deleted; the other added paths are protected
     * @throws EventRejectedException if the whole edit was rejected because of an old {@code referrer_epoch}
     * @throws TimeoutException if no verdict came in time: it is unknown whether the references hold
     * @throws PublishException if no acknowledgement came: it is unknown whether the references hold
     */
    public Set<FilePath> editReferences(RegionId region, ReferenceEdit edit, Duration wait)
            throws InterruptedException, TimeoutException {
        return ReferenceAnswers.edit(parts, region, edit, wait);
    }

    /**
     * Withdraws all references that a referrer has to files of this region, and waits for the verdict. Call it for a
     * branch or region that is dropped permanently: references have no ttl and would keep these files forever.
     *
     * @param referrer the referrer in the edits that added the references
     * @param referrerEpoch an epoch at or above that of the last of those edits
     * @throws EventRejectedException if the epoch is too low: the references remain
     * @throws TimeoutException if no verdict came in time: call this again; the call is idempotent
     * @throws PublishException if no acknowledgement came: call this again; the call is idempotent
     */
    public void withdrawReferences(RegionId region, String referrer, long referrerEpoch, Duration wait)
            throws InterruptedException, TimeoutException {
        editReferences(
                region,
                ReferenceEdit.newBuilder()
                        .setReferrer(referrer)
                        .setReferrerEpoch(referrerEpoch)
                        .setReplaceAll(true)
                        .build(),
                wait);
    }

    /**
     * Waits until every event that was logged for the region before this call has been folded, and its notices have
     * been passed to the subscriptions of this client.
     *
     * @throws TimeoutException if that takes longer than {@code wait}
     */
    public void awaitFolded(RegionId region, Duration wait) throws InterruptedException, TimeoutException {
        Fence.await(parts, region, wait);
    }

    /** Returns the failure because of which {@link #publish} rejects events of the region now, if it does. */
    public Optional<PublishException> failure(RegionId region) {
        return Optional.ofNullable(orders.get(region)).flatMap(SendOrder::failure);
    }

    /** Accepts events of the region again after a failure. Earlier events that are still unacknowledged fail. */
    public void reset(RegionId region) {
        orderOf(region).reset();
    }

    /** Waits until every earlier event is acknowledged or has failed. */
    public void flush() {
        log.flush();
    }

    private SendOrder orderOf(RegionId region) {
        return orders.computeIfAbsent(region, unseen -> new SendOrder());
    }
}
