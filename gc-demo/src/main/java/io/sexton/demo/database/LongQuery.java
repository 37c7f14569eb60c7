package io.sexton.demo.database;

import io.sexton.client.SextonException;
import io.sexton.client.pins.ReaderPins;
import io.sexton.demo.database.QueryReport.Ending;
import io.sexton.demo.database.QueryReport.GaveUp;
import io.sexton.sources.rocksdb.Manifest;
import io.sexton.sources.rocksdb.PinnedVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A query that takes longer than obsolete files linger. It reads one version of a region from the store, file by file,
 * while the leader commits further versions: it must find exactly that version, to the last row.
 *
 * <p>It pins the version, and relies on the pin once Sexton has accepted it. Before each file it checks that the pin is
 * still valid.
 */
public final class LongQuery {

    /**
     * The ttl for runs without faults: it allows several heartbeats while the query reads, and a machine that stalls
     * for seconds. A long ttl has no cost, for the pin ends with the query.
     */
    public static final Duration DEFAULT_TTL = Duration.ofSeconds(20);

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final String NO_READER = "(a query without a pin)";

    private final SharedRegion region;
    private final ReaderPins pins;
    private final Duration ttl;
    private final Duration length;
    private final Random order;

    /**
     * @param ttl how long Sexton keeps the files if this process dies
     * @param length how long it reads
     * @param seed for the order in which it reads the files
     */
    public LongQuery(SharedRegion region, ReaderPins pins, Duration ttl, Duration length, long seed) {
        this.region = region;
        this.pins = pins;
        this.ttl = ttl;
        this.length = length;
        this.order = new Random(seed);
    }

    /** Runs the query. Whatever it meets is in the report; an interruption ends it, and its pin. */
    public QueryReport run() throws InterruptedException, IOException {
        try (PinnedVersion version = PinnedVersion.open(pins, region.id(), region.manifestFile(), ttl, ANSWER)) {
            VersionScan scan = new VersionScan(region, version.manifest(), order);
            return scan.report(version.readerId(), version.rejections(), read(scan, version));
        } catch (SextonException e) {
            VersionScan none = new VersionScan(region, Manifest.EMPTY, order);
            return none.report(NO_READER, 0, new GaveUp(String.valueOf(e.getMessage())));
        }
    }

    private Ending read(VersionScan scan, PinnedVersion version) throws InterruptedException {
        long pause = length.toMillis() / Math.max(1, scan.size());
        while (scan.hasNext()) {
            if (!version.isSure()) {
                return new GaveUp("its pin is no longer sure");
            }
            Optional<Ending> failed = scan.readNext();
            if (failed.isPresent()) {
                return failed.get();
            }
            Thread.sleep(pause);
        }
        return scan.conclude();
    }
}
