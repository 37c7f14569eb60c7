package io.sexton.client;

import io.sexton.client.internal.ClientParts;
import io.sexton.client.internal.EventSender;
import io.sexton.client.internal.Exchange;
import io.sexton.client.internal.Fence;
import io.sexton.client.internal.FileChunks;
import io.sexton.client.internal.Futures;
import io.sexton.client.internal.ReferenceAnswers;
import io.sexton.client.internal.SendOrder;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.Inventory;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The publisher of region events.
 *
 * <p><b>Order.</b> Events of one region that are passed to {@link #publish} are in the log in the order of the calls.
 * After an event that is not acknowledged, every later event of that region fails, including those that were sent
 * already, so that no event overtakes another unnoticed. {@link #reset} declares that the caller has handled the gap. A
 * {@link RegionWriter} keeps a separate order: a failure in one does not affect the other. The events of the other
 * methods do not depend on earlier ones.
 *
 * <p><b>Threads.</b> Safe for use by any thread; concurrent callers must establish an order among themselves.
 *
 * @see io.sexton.client the rules for futures and failures
 */
public final class LifecyclePublisher {

    private final EventSender sender;
    private final ClientParts parts;
    private final ConcurrentHashMap<RegionId, SendOrder> orders = new ConcurrentHashMap<>();

    LifecyclePublisher(ClientParts parts) {
        this.sender = parts.sender();
        this.parts = parts;
    }

    /**
     * Publishes an event as it is, except that an empty {@code producer} is filled in. The other methods are safer.
     *
     * @return the position in the log, once all in-sync replicas have the event
     * @throws InvalidEventException if the event breaks a rule or is too large for one record; later events are not
     *     affected
     * @throws PublishException if no acknowledgement came, of this event or an earlier one of the region
     */
    public LogPosition publish(RegionEvent event) throws InterruptedException {
        return Futures.await(publishAsync(event));
    }

    /** Publishes an event, as {@link #publish}, without blocking. */
    public CompletableFuture<LogPosition> publishAsync(RegionEvent event) {
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
        return Futures.await(fileWrittenAsync(region, file));
    }

    /** Announces a file, as {@link #fileWritten}, without blocking. */
    public CompletableFuture<WrittenFile> fileWrittenAsync(RegionId region, FileRef file) {
        return WrittenFile.announce(parts, sender.event(region), file);
    }

    /**
     * Publishes, without being leader, that files were not and will not be committed. Paths that do not fit into one
     * record are published in several.
     *
     * <p>WARNING: call it only when the commit has certainly failed. Where the outcome is unknown, publish nothing. The
     * files are then orphans, and are deleted only after a snapshot of the manifest has shown that they are not in it
     * (I1).
     *
     * @param error description of the failure, for people
     * @return the position in the log; of the last record, if there are several
     * @throws InvalidEventException if a path is not a valid path
     * @throws PublishException if an acknowledgement did not come: files that are not known to have failed are orphans
     */
    public LogPosition writeFailed(RegionId region, Collection<FilePath> paths, String error)
            throws InterruptedException {
        return Futures.await(writeFailedAsync(region, paths, error));
    }

    /** Publishes a failure, as {@link #writeFailed}, without blocking. */
    public CompletableFuture<LogPosition> writeFailedAsync(RegionId region, Collection<FilePath> paths, String error) {
        return WrittenFile.failed(parts, sender.event(region), paths, error);
    }

    /**
     * Opens a region as its leader. Returns once the {@code RegionOpened} is acknowledged.
     *
     * @param epoch the leader generation, above 0; unsigned
     * @param manifestVersion the version that the manifest has now; 0 if it is empty or has no versions
     * @throws InvalidEventException if the epoch is 0, or store or root break a rule
     * @throws PublishException if no acknowledgement came, or the notices of the region cannot be read; call it again
     */
    public RegionWriter openRegion(RegionId region, long epoch, RegionSettings settings, long manifestVersion)
            throws InterruptedException {
        return RegionWriter.open(parts, region, epoch, settings, manifestVersion);
    }

    /** Opens a region, as {@link #openRegion}, without blocking. */
    public CompletableFuture<RegionWriter> openRegionAsync(
            RegionId region, long epoch, RegionSettings settings, long manifestVersion) {
        return RegionWriter.openAsync(parts, region, epoch, settings, manifestVersion);
    }

    /**
     * Publishes an inventory: the files that a listing of the region's root finds, in chunks. Announces it, lists once
     * that is acknowledged, and publishes the files. The announcement comes first, because a file that is written in
     * between must not look missing or old. A later inventory replaces an unfinished one.
     *
     * @param lister called once, by the calling thread. If it throws, no last chunk is published, and the files published
     *     so far prove only that they exist
     * @return the position of the last chunk in the log
     * @throws IOException if the lister throws it; the inventory is then incomplete
     * @throws InvalidEventException if a path is not a valid path; the inventory is then incomplete
     * @throws PublishException if an acknowledgement did not come; the inventory is then incomplete
     */
    public LogPosition publishInventory(RegionId region, FileLister lister) throws IOException, InterruptedException {
        String id = parts.ids().next();
        Futures.await(sendChunk(region, id, 0, false, List.of()));
        FileChunks chunks = new FileChunks(
                (chunk, last, files) -> sendChunk(region, id, chunk, last, files), parts.maxEventBytes(region));
        lister.list(chunks);
        return chunks.finish();
    }

    /**
     * Publishes an inventory, as {@link #publishInventory}, without blocking the caller.
     *
     * @param executor runs the lister, and waits between chunks
     * @return the position of the last chunk; fails as {@link #publishInventory} does
     */
    public CompletableFuture<LogPosition> publishInventoryAsync(RegionId region, FileLister lister, Executor executor) {
        return Futures.call(executor, () -> publishInventory(region, lister));
    }

    private CompletableFuture<LogPosition> sendChunk(
            RegionId region, String id, int chunk, boolean last, List<FileRef> files) {
        return sender.send(sender.event(region)
                .setInventory(Inventory.newBuilder()
                        .setInventoryId(id)
                        .setChunk(chunk)
                        .setLast(last)
                        .addAllFiles(files))
                .build());
    }

    /**
     * Adds or removes references of another region to files of this one, and waits for the verdict. The other region's
     * commit may rely on the references only after that. An edit that does not fit into one record is published in
     * several, the additions first, unless it replaces all references.
     *
     * @param wait longest time until the verdict
     * @return the added paths that are not protected, because they are condemned, deleted, or may be about to be
     *     deleted; the other added paths are protected
     * @throws InvalidEventException if the edit breaks a rule, or replaces all references by more than fits into one
     *     record; nothing is sent then
     * @throws RejectedException if the whole edit was rejected because of an old {@code referrer_epoch}
     * @throws NoAnswerException if no verdict came in time: it is unknown whether the references hold
     * @throws PublishException if no acknowledgement came: it is unknown whether the references hold
     */
    public Set<FilePath> editReferences(RegionId region, ReferenceEdit edit, Duration wait)
            throws InterruptedException {
        return references(region, edit, wait).await();
    }

    /** Edits references, as {@link #editReferences}, without blocking. The callback executor completes the future. */
    public CompletableFuture<Set<FilePath>> editReferencesAsync(RegionId region, ReferenceEdit edit, Duration wait) {
        return references(region, edit, wait).async();
    }

    private Exchange<Set<FilePath>> references(RegionId region, ReferenceEdit edit, Duration wait) {
        return ReferenceAnswers.of(parts, region, edit, wait);
    }

    /**
     * Withdraws all references that a referrer has to files of this region, and waits for the verdict. Call it for a
     * branch or region that is dropped permanently: references have no ttl and would keep these files forever.
     *
     * @param referrer the referrer in the edits that added the references
     * @param referrerEpoch an epoch at or above that of the last of those edits
     * @param wait longest time until the verdict
     * @throws RejectedException if the epoch is too low: the references remain
     * @throws NoAnswerException if no verdict came in time: call this again; the call is idempotent
     * @throws PublishException if no acknowledgement came: call this again; the call is idempotent
     */
    public void withdrawReferences(RegionId region, String referrer, long referrerEpoch, Duration wait)
            throws InterruptedException {
        var unused = editReferences(region, withdrawal(referrer, referrerEpoch), wait);
    }

    /**
     * Withdraws references, as {@link #withdrawReferences}, without blocking. The callback executor completes the future.
     */
    public CompletableFuture<Void> withdrawReferencesAsync(
            RegionId region, String referrer, long referrerEpoch, Duration wait) {
        return Futures.done(editReferencesAsync(region, withdrawal(referrer, referrerEpoch), wait));
    }

    private static ReferenceEdit withdrawal(String referrer, long referrerEpoch) {
        return ReferenceEdit.newBuilder()
                .setReferrer(referrer)
                .setReferrerEpoch(referrerEpoch)
                .setReplaceAll(true)
                .build();
    }

    /**
     * Waits until every event that was logged for the region before this call has been folded, and its notices have
     * been passed to the subscriptions of this client.
     *
     * @throws NoAnswerException if that takes longer than {@code wait}
     * @throws PublishException if no acknowledgement came, or the notices cannot be read
     */
    public void awaitFolded(RegionId region, Duration wait) throws InterruptedException {
        var unused = Fence.of(parts, region, wait).await();
    }

    /** Waits, as {@link #awaitFolded}, without blocking. The callback executor completes the future. */
    public CompletableFuture<Void> awaitFoldedAsync(RegionId region, Duration wait) {
        return Fence.of(parts, region, wait).async();
    }

    /** Returns the failure because of which {@link #publish} rejects events of the region now, if it does. */
    public Optional<PublishException> failure(RegionId region) {
        return Optional.ofNullable(orders.get(region)).flatMap(SendOrder::failure);
    }

    /** Accepts events of the region again after a failure. Earlier events that are still unacknowledged fail. */
    public void reset(RegionId region) {
        orderOf(region).reset();
    }

    private SendOrder orderOf(RegionId region) {
        return orders.computeIfAbsent(region, unseen -> new SendOrder());
    }
}
