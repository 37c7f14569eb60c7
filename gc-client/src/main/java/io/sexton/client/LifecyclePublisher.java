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
 * Publishes what happens to regions.
 *
 * <p><b>Order.</b> Events of one region that are handed to {@link #publish} are in the log in that order. Where an
 * acknowledgement fails to come, every later one of that region fails as well, also those that were on their way
 * already: nothing overtakes in silence. {@link #reset} says that the caller knows of the gap and has dealt with it.
 * A {@link RegionWriter} keeps an order of its own, which a failure here does not touch, nor the other way round. The
 * other methods stand alone: what they say is true whatever is missing before it.
 *
 * <p><b>Errors.</b> An event that breaks a rule of the schema is refused with an {@link InvalidEventException} before
 * anything is sent. Every other failure is a {@link PublishException} in the future; its outcome is unknown.
 *
 * <p><b>Threads.</b> Safe for use by any thread; what "order" means is then up to the callers. Futures are completed by
 * the network thread: stages that block, or that take long, belong into the {@code Async} variants.
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
     * Publishes an event as it is; an empty {@code producer} is filled in. What the other methods offer is safer.
     *
     * @return where it is in the log, once all in-sync replicas have it
     * @throws InvalidEventException if it breaks a rule; nothing is sent then, and later events are not held up
     */
    public CompletableFuture<LogPosition> publish(RegionEvent event) {
        EventSender.requireValid(event);
        return sender.send(event, orderOf(RegionId.of(event.getRegion())));
    }

    /**
     * Says, as no leader, that a file is about to be written. Returns once that is acknowledged: only then may its first
     * byte be written, because the garbage of a writer that dies before would be unknown for ever.
     *
     * @param file its path; size, etag and time as far as they are known
     * @throws InvalidEventException if the path is none
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
     * Says, as no leader, that files were not and will not be committed.
     *
     * <p>WARNING: only when the commit has certainly failed. Where its outcome is unknown publish nothing: the files
     * are then orphans, and go only once a snapshot of the manifest has shown that they are not in it (I1).
     */
    public CompletableFuture<LogPosition> writeFailed(RegionId region, Collection<FilePath> paths, String error) {
        return sender.send(sender.event(region, 0)
                .setWriteFailed(WriteFailed.newBuilder()
                        .addAllPaths(paths.stream().map(FilePath::value).toList())
                        .setError(error))
                .build());
    }

    /**
     * Begins to speak for a region as its leader. Returns once the {@code RegionOpened} is acknowledged.
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

    /** Announces and publishes what a listing of the region's root finds. */
    public InventoryWriter inventory(RegionId region) {
        return new InventoryWriter(sender, region, parts.ids());
    }

    /**
     * Sets the policy of the regions that match a glob, on every partition. The glob and the file pattern are not
     * looked at here: where they do not compile the fold dead-letters the record.
     *
     * @return the places, one for each partition; fails if any of them failed, and then some may have it
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
     * Makes references of another region to files of this one, or drops them, and waits for the verdict. Only then may
     * the other region's commit rely on them.
     *
     * @return the added paths that are condemned, gone, or may be about to be deleted: they are not protected; the
     *     others are
     * @throws EventRejectedException if the whole edit was rejected, for an old {@code referrer_epoch}
     * @throws TimeoutException if no verdict came in time: the references may or may not hold
     * @throws PublishException if no acknowledgement came: so too
     */
    public Set<FilePath> editReferences(RegionId region, ReferenceEdit edit, Duration wait)
            throws InterruptedException, TimeoutException {
        return ReferenceAnswers.edit(parts, region, edit, wait);
    }

    /**
     * Withdraws all references that a referrer has to files of this region, and waits for the verdict. For a branch or
     * region that is dropped for good: its references have no ttl, so they keep these files for ever otherwise.
     *
     * @param referrer as in the edits that made the references
     * @param referrerEpoch at or above that of the last of them
     * @throws EventRejectedException if the epoch is too low: the references stay
     * @throws TimeoutException if no verdict came in time: call this again. Repeating it is harmless
     * @throws PublishException if no acknowledgement came: so too
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
     * Waits until everything that was logged for the region before this call has been folded, and every notice that it
     * gave rise to has been handed to the subscriptions of this client.
     *
     * @throws TimeoutException if that is not so in time
     */
    public void awaitFolded(RegionId region, Duration wait) throws InterruptedException, TimeoutException {
        Fence.await(parts, region, wait);
    }

    /** Why events of the region are refused now, if they are. */
    public Optional<PublishException> failure(RegionId region) {
        return Optional.ofNullable(orders.get(region)).flatMap(SendOrder::failure);
    }

    /** Accepts events of the region again after one has failed. What is still on its way from before fails. */
    public void reset(RegionId region) {
        orderOf(region).reset();
    }

    /** Waits until everything that was handed over is acknowledged or has failed. */
    public void flush() {
        log.flush();
    }

    private SendOrder orderOf(RegionId region) {
        return orders.computeIfAbsent(region, unseen -> new SendOrder());
    }
}
