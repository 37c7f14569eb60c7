package io.sexton.streams.apply;

import com.google.protobuf.CodedOutputStream;
import io.sexton.fold.core.Output;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Text;
import io.sexton.proto.Topics;
import io.sexton.v1.ApprovalNeeded;
import io.sexton.v1.DeletionStuck;
import io.sexton.v1.EventRejected;
import io.sexton.v1.FencePassed;
import io.sexton.v1.FilesDeleted;
import io.sexton.v1.GcCommand;
import io.sexton.v1.InventoryDoubted;
import io.sexton.v1.ManifestConflict;
import io.sexton.v1.MissingFile;
import io.sexton.v1.Notice;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.ReferenceVerdict;
import io.sexton.v1.RevokeCommand;
import io.sexton.v1.ScanCommand;
import io.sexton.v1.SnapshotRequested;
import java.util.List;
import java.util.function.Consumer;

/** The sink of the appliers: makes records of their outputs, in the order of the calls. */
final class Outbox {
    /** Upper bound on the paths in one notice, so that a topic with Kafka's default limit (1 MiB) accepts it. */
    private static final int MAX_PATH_BYTES = 512 * 1024;

    private final Consumer<Output> sink;

    Outbox(Consumer<Output> sink) {
        this.sink = sink;
    }

    void emit(Output output) {
        sink.accept(output);
    }

    void command(RegionId region, GcCommand command) {
        sink.accept(new Output.Emitted(Topics.DELETE_COMMANDS, region, command));
    }

    void revoke(RegionId region, FilePath path) {
        command(region, RevokeCommand.newBuilder().setRegion(region.value()).addPaths(path.value()));
    }

    void revokePrefix(RegionId region, String prefix) {
        command(region, RevokeCommand.newBuilder().setRegion(region.value()).setPathPrefix(prefix));
    }

    void fencePassed(RegionId region, String nonce) {
        FencePassed passed = FencePassed.newBuilder()
                .setRegion(region.value())
                .setNonce(nonce)
                .build();
        command(region, GcCommand.newBuilder().setFencePassed(passed).build());
    }

    void scan(RegionId region, String store, String root) {
        ScanCommand scan = ScanCommand.newBuilder()
                .setRegion(region.value())
                .setStore(store)
                .setRoot(root)
                .build();
        command(region, GcCommand.newBuilder().setScan(scan).build());
    }

    void conflict(RegionId region, FilePath path) {
        notice(
                region,
                Notice.newBuilder()
                        .setManifestConflict(ManifestConflict.newBuilder().setPath(path.value())));
    }

    void rejected(RegionId region, long offset, String why) {
        notice(
                region,
                Notice.newBuilder()
                        .setEventRejected(
                                EventRejected.newBuilder().setOffset(offset).setDetail(Text.cut(why))));
    }

    void rejected(RegionId region, long offset, FilePath path, String why) {
        notice(
                region,
                Notice.newBuilder()
                        .setEventRejected(EventRejected.newBuilder()
                                .setOffset(offset)
                                .setPath(path.value())
                                .setDetail(Text.cut(why))));
    }

    /** Emits a verdict. It names as many of the paths that forbid the pin as fit into a notice. */
    void verdict(RegionId region, PinVerdict.Builder verdict) {
        verdict.setDetail(Text.cut(verdict.getDetail()));
        List<String> condemned = List.copyOf(verdict.getCondemnedList());
        int named = 0;
        for (int bytes = 0; named < condemned.size(); named++) {
            bytes += bytesOf(condemned.get(named));
            if (bytes > MAX_PATH_BYTES) {
                verdict.clearCondemned().addAllCondemned(condemned.subList(0, named));
                verdict.setDetail(Text.cut(verdict.getDetail() + "; names " + named + " of " + condemned.size()));
                break;
            }
        }
        notice(region, Notice.newBuilder().setPinVerdict(verdict));
    }

    void verdict(RegionId region, ReferenceVerdict.Builder verdict) {
        notice(region, Notice.newBuilder().setReferenceVerdict(verdict));
    }

    void snapshotRequested(RegionId region, long atLeastVersion, String why) {
        notice(
                region,
                Notice.newBuilder()
                        .setSnapshotRequested(SnapshotRequested.newBuilder()
                                .setAtLeastVersion(atLeastVersion)
                                .setDetail(Text.cut(why))));
    }

    void approvalNeeded(RegionId region, ApprovalNeeded.Builder needed) {
        notice(region, Notice.newBuilder().setApprovalNeeded(needed));
    }

    void inventoryDoubted(RegionId region, String inventoryId, long missingFiles) {
        notice(
                region,
                Notice.newBuilder()
                        .setInventoryDoubted(InventoryDoubted.newBuilder()
                                .setInventoryId(inventoryId)
                                .setMissingFiles(missingFiles)));
    }

    /** Emits as many notices as the paths need; the first one carries the bytes of all. */
    void filesDeleted(RegionId region, List<FilePath> paths, long bytes) {
        FilesDeleted.Builder deleted = FilesDeleted.newBuilder().setBytes(bytes);
        int pathBytes = 0;
        for (FilePath path : paths) {
            pathBytes += bytesOf(path.value());
            if (pathBytes > MAX_PATH_BYTES) {
                notice(region, Notice.newBuilder().setFilesDeleted(deleted));
                deleted = FilesDeleted.newBuilder();
                pathBytes = bytesOf(path.value());
            }
            deleted.addPaths(path.value());
        }
        notice(region, Notice.newBuilder().setFilesDeleted(deleted));
    }

    /** Returns the size of the path as a field, with its tag and length. */
    private static int bytesOf(String path) {
        return CodedOutputStream.computeStringSize(1, path);
    }

    void missing(RegionId region, FilePath path, String detail) {
        notice(
                region,
                Notice.newBuilder()
                        .setMissingFile(
                                MissingFile.newBuilder().setPath(path.value()).setDetail(Text.cut(detail))));
    }

    void stuck(RegionId region, FilePath path, String detail) {
        notice(
                region,
                Notice.newBuilder()
                        .setDeletionStuck(
                                DeletionStuck.newBuilder().setPath(path.value()).setDetail(Text.cut(detail))));
    }

    private void command(RegionId region, RevokeCommand.Builder revoke) {
        command(region, GcCommand.newBuilder().setRevoke(revoke).build());
    }

    private void notice(RegionId region, Notice.Builder notice) {
        sink.accept(new Output.Emitted(Topics.NOTICES, region, notice.build()));
    }
}
