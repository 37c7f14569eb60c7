package io.sexton.cli.demo.database;

import io.sexton.cli.demo.database.QueryReport.Died;
import io.sexton.cli.demo.database.QueryReport.Ending;
import io.sexton.cli.demo.database.QueryReport.GaveUp;
import io.sexton.cli.demo.database.QueryReport.MetMissingFile;
import io.sexton.client.NoAnswerException;
import io.sexton.client.PublishException;
import io.sexton.client.RejectedException;
import io.sexton.client.SextonClient;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A query whose process is killed in the middle. Nobody says that it has finished; its pin ends with its ttl, and only
 * then may its files go.
 *
 * <p>A pin of the client would be given up in good order when this process ends. So this one is taken over, while it
 * holds, by a reader that sends one heartbeat by itself, as a database in another language would, and no other.
 */
public final class SilentQuery {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final SharedRegion region;
    private final SextonClient client;
    private final Duration ttl;

    /** @param ttl how long its pin outlives it */
    public SilentQuery(SharedRegion region, SextonClient client, Duration ttl) {
        this.region = region;
        this.client = client;
        this.ttl = ttl;
    }

    /** Reads half of a version, and no more. */
    public QueryReport run() throws InterruptedException, IOException {
        String reader = "killed-query-of-" + region.id();
        for (int rejections = 0; ; rejections++) {
            Manifest manifest = region.manifestFile().load();
            VersionScan scan = new VersionScan(region, manifest, new Random(0));
            PinTarget version = PinTarget.atVersion(manifest.version());
            try (ReaderPin pin =
                    client.pins().pin(region.id(), version, PinOptions.ttl(ttl).maxWait(ANSWER))) {
                // What a living pin protects cannot be refused to a second reader.
                long sent = System.nanoTime();
                heartbeat(reader, manifest.version());
                return scan.report(reader, rejections, readHalf(scan, sent));
            } catch (NoAnswerException | PublishException e) {
                return scan.report(reader, rejections, new GaveUp(String.valueOf(e.getMessage())));
            } catch (RejectedException e) {
                // The edit is still on its way to Sexton, or a newer version has replaced this one: look again.
            }
            Thread.sleep(100);
        }
    }

    private void heartbeat(String reader, long version) throws InterruptedException {
        var unused = client.publisher()
                .publish(RegionEvent.newBuilder()
                        .setRegion(region.id().value())
                        .setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId(reader)
                                .setTtl(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(ttl.toSeconds())
                                        .setNanos(ttl.toNanosPart()))
                                .setAtVersion(version))
                        .build());
    }

    /** @param sent the monotonic time before its heartbeat went out */
    private Ending readHalf(VersionScan scan, long sent) {
        for (int i = 0; i < scan.size() / 2; i++) {
            Optional<Ending> failed = scan.readNext();
            if (failed.isPresent()) {
                // On a machine that stood still for so long a file may be gone with the pin: that is no broken promise.
                return failed.get() instanceof MetMissingFile && !isSure(sent) ? new Died() : failed.get();
            }
        }
        return new Died();
    }

    /** By the rule of the client: three quarters of the ttl. */
    private boolean isSure(long sent) {
        return System.nanoTime() - sent < ttl.toNanos() / 4 * 3;
    }
}
