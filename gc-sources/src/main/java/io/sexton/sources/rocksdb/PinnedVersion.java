package io.sexton.sources.rocksdb;

import io.sexton.client.PinAnswer;
import io.sexton.client.PinOptions;
import io.sexton.client.PinTarget;
import io.sexton.client.ReaderPin;
import io.sexton.client.ReaderPins;
import io.sexton.proto.RegionId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * A version of a region's manifest whose files stay in the store while it is read (I2), although the leader commits
 * further versions. Any process that reaches the manifest and the store may open one.
 *
 * <pre>{@code
 * try (PinnedVersion version = PinnedVersion.open(client.pins(), region, manifest, ttl, atMost)) {
 *     for (FilePath file : version.manifest().files().keySet()) {
 *         version.requireSure();
 *         read(file);
 *     }
 * }
 * }</pre>
 *
 * <p>Safe for use by any thread.
 */
public final class PinnedVersion implements AutoCloseable {

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final Manifest manifest;
    private final ReaderPin pin;
    private final int rejections;

    private PinnedVersion(Manifest manifest, ReaderPin pin, int rejections) {
        this.manifest = manifest;
        this.pin = pin;
        this.rejections = rejections;
    }

    /**
     * Pins the current version. Sexton rejects a version whose edit it has not read yet, and one that a newer version
     * has replaced long ago; then the manifest is loaded and pinned again.
     *
     * @param ttl how long Sexton keeps the files if this process dies; at least 400 ms
     * @param atMost time to wait for an acceptance
     * @throws TimeoutException if no version was accepted in time; no file is protected
     * @throws IOException if the manifest cannot be loaded
     */
    public static PinnedVersion open(
            ReaderPins pins, RegionId region, ManifestStore manifests, Duration ttl, Duration atMost)
            throws IOException, InterruptedException, TimeoutException {
        long start = System.nanoTime();
        for (int rejections = 0; ; rejections++) {
            Manifest manifest = manifests.load();
            ReaderPin pin = pins.pin(region, PinTarget.atVersion(manifest.version()), PinOptions.ttl(ttl));
            boolean accepted = false;
            try {
                Duration left = atMost.minusNanos(System.nanoTime() - start);
                switch (pin.await(left)) {
                    case PinAnswer.Accepted yes -> {
                        accepted = true;
                        return new PinnedVersion(manifest, pin, rejections);
                    }
                    case PinAnswer.Rejected rejected -> {
                        if (left.compareTo(BETWEEN_TRIES) < 0) {
                            throw new TimeoutException(
                                    "no pin was accepted within " + atMost + ": " + rejected.detail());
                        }
                    }
                }
            } finally {
                if (!accepted) {
                    pin.close();
                }
            }
            Thread.sleep(BETWEEN_TRIES);
        }
    }

    /** Returns the pinned manifest. */
    public Manifest manifest() {
        return manifest;
    }

    /** Returns the id of the reader in Sexton's explanations. */
    public String readerId() {
        return pin.readerId();
    }

    /** Returns the number of pins that were rejected before this one. */
    public int rejections() {
        return rejections;
    }

    /** Returns whether the files are certainly protected now. Check it before each file is opened. */
    public boolean isSure() {
        return pin.isSure();
    }

    /**
     * Checks that the files are certainly protected now.
     *
     * @throws IOException if not: Sexton or the log could not be reached for most of the ttl. What was read before is
     *     right; the rest may be deleted
     */
    public void requireSure() throws IOException {
        if (!isSure()) {
            throw new IOException("the pin of version " + manifest.version() + " of region " + pin.region()
                    + " is no longer sure: its files may be deleted");
        }
    }

    /** Ends the pin. */
    @Override
    public void close() {
        pin.close();
    }
}
