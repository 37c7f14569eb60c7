package io.sexton.demo.database;

import io.sexton.client.SextonClient;
import io.sexton.client.SextonException;
import io.sexton.demo.database.QueryReport.Died;
import io.sexton.demo.database.QueryReport.Ending;
import io.sexton.demo.database.QueryReport.GaveUp;
import io.sexton.demo.database.QueryReport.MetMissingFile;
import io.sexton.proto.Times;
import io.sexton.sources.rocksdb.Manifest;
import io.sexton.sources.rocksdb.PinnedVersion;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A query whose process is killed before its end. It publishes no QueryFinished; its pin ends with its ttl, and only
 * then may its files be deleted.
 *
 * <p>A pin of the client would be released when this process ends. So a reader that sends a single heartbeat itself, as
 * a database in another language would, replaces it while it is valid.
 */
public final class SilentQuery {

    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final SharedRegion region;
    private final SextonClient client;
    private final Duration ttl;

    /** @param ttl how long its pin remains after its end */
    public SilentQuery(SharedRegion region, SextonClient client, Duration ttl) {
        this.region = region;
        this.client = client;
        this.ttl = ttl;
    }

    /** Reads half of a version, and no more. */
    public QueryReport run() throws InterruptedException, IOException {
        String reader = "killed-query-of-" + region.id();
        try (PinnedVersion version =
                PinnedVersion.open(client.pins(), region.id(), region.manifestFile(), ttl, ANSWER)) {
            VersionScan scan = new VersionScan(region, version.manifest(), new Random(0));
            // What a living pin protects cannot be refused to a second reader.
            long sent = System.nanoTime();
            heartbeat(reader, version.manifest().version());
            return scan.report(reader, version.rejections(), readHalf(scan, sent));
        } catch (SextonException e) {
            VersionScan none = new VersionScan(region, Manifest.EMPTY, new Random(0));
            return none.report(reader, 0, new GaveUp(String.valueOf(e.getMessage())));
        }
    }

    private void heartbeat(String reader, long version) throws InterruptedException {
        var unused = client.publisher()
                .publish(RegionEvent.newBuilder()
                        .setRegion(region.id().value())
                        .setQueryHeartbeat(QueryHeartbeat.newBuilder()
                                .setReaderId(reader)
                                .setTtl(Times.toProto(ttl))
                                .setAtVersion(version))
                        .build());
    }

    /** @param sent the monotonic time before its heartbeat was sent */
    private Ending readHalf(VersionScan scan, long sent) {
        for (int i = 0; i < scan.size() / 2; i++) {
            Optional<Ending> failed = scan.readNext();
            if (failed.isPresent()) {
                // On a machine that stalled for so long a file may be deleted together with the pin: no invariant is
                // violated.
                return failed.get() instanceof MetMissingFile && !isSure(sent) ? new Died() : failed.get();
            }
        }
        return new Died();
    }

    /** Returns true if the pin is valid by the rule of the client: three quarters of the ttl. */
    private boolean isSure(long sent) {
        return System.nanoTime() - sent < ttl.toNanos() / 4 * 3;
    }
}
