package io.sexton.simulation.database;

import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.proto.FilePath;
import java.time.Duration;

/** A drop of a region, and its reversal, by a leader that keeps the contract of producers. */
public final class Drop {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(20);
    private static final Duration PIN_TTL = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private Drop() {}

    /** Drops the region in its true state, and publishes that. */
    public static void begin(Leader leader) {
        Database database = leader.database();
        if (database.truth().drop(leader.epoch(), leader.world().scheduler().now())) {
            leader.world().coverage().met("operation: drop");
            database.readers().forEach(Reader::forgetTempManifest);
            leader.world().trace(leader.process().name(), () -> "drops the region");
            publish(leader);
        }
    }

    /** Publishes the drop, and retries until it is acknowledged. */
    static void publish(Leader leader) {
        if (!leader.isLeading() || !leader.database().truth().isDropped()) {
            return;
        }
        if (leader.writer().failure().isPresent()) {
            // Sexton sees the drop reversed; the drop is then published again.
            leader.await(() -> {
                leader.writer().reopen(leader.database().published());
                return true;
            });
        }
        if (leader.isLeading() && leader.writer().failure().isEmpty()) {
            var unused = leader.writer().dropAsync().whenComplete((position, failure) -> {
                if (failure != null) {
                    publishAgain(leader);
                }
            });
        } else {
            publishAgain(leader);
        }
    }

    private static void publishAgain(Leader leader) {
        leader.process().later(TRY_AGAIN, () -> publish(leader));
    }

    /**
     * Reverses the drop, if Sexton does not reject that and all files of the manifest still exist. Until both are
     * certain the region stays dropped. The pin alone is no proof: when a region is gone, a file that a reader holds is
     * not condemned, and can be pinned.
     */
    public static void restore(Leader leader) {
        GroundTruth truth = leader.database().truth();
        if (!truth.isDropped() || truth.manifest().isEmpty() || !leader.isLeading()) {
            return;
        }
        leader.world().coverage().met("operation: restore");
        int rejections = leader.rejections();
        boolean published = leader.writer().failure().isEmpty()
                && leader.await(() -> leader.writer().restore()).isPresent();
        if (!published) {
            Drop.publish(leader);
            return;
        }
        ReaderPin pin = leader.client()
                .pins()
                .request(
                        leader.database().region(),
                        PinTarget.files(
                                truth.manifest().stream().map(FilePath::of).toList()),
                        PinOptions.ttl(PIN_TTL).forCommit());
        Polling.until(leader.process(), TIMEOUT, () -> pin.isSure() || pin.isLost(), () -> {
            // Verdicts come in the order of the log: had the restoring been rejected, that would be known by now.
            boolean restored = pin.isSure() && leader.rejections() == rejections;
            if (restored && leader.isLeading() && truth.isDropped()) {
                leader.world().coverage().met("operation: restored");
                leader.world().trace(leader.process().name(), () -> "has restored the region");
                truth.restore();
                leader.snapshotSoon();
            } else {
                leader.world().coverage().met("refusal: restore");
                publish(leader);
            }
            leader.process().later(PIN_TTL, pin::close);
        });
    }
}
