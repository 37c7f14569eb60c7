package io.sexton.demo;

import io.sexton.client.SextonClient;
import io.sexton.demo.database.LongQuery;
import io.sexton.demo.database.QueryReport;
import io.sexton.demo.database.SharedRegion;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Long queries, in sequence in each thread that runs this. Safe for use by any thread. */
final class QueryLoad {

    private final List<SharedRegion> regions;
    private final SextonClient client;
    private final Duration length;
    private final List<QueryReport> reports = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();

    QueryLoad(List<SharedRegion> regions, SextonClient client, Duration length) {
        this.regions = List.copyOf(regions);
        this.client = client;
        this.length = length;
    }

    /** Begins queries until that time on the monotonic clock; the last one ends later. */
    void runUntil(long end, long seed) throws InterruptedException, IOException {
        Random random = new Random(seed);
        while (System.nanoTime() - end < 0) {
            SharedRegion region = regions.get(random.nextInt(regions.size()));
            running.incrementAndGet();
            try {
                reports.add(
                        new LongQuery(region, client.pins(), LongQuery.DEFAULT_TTL, length, random.nextLong()).run());
            } finally {
                running.decrementAndGet();
            }
        }
    }

    void add(QueryReport report) {
        reports.add(report);
    }

    /** Returns the reports of the queries that have ended. */
    List<QueryReport> reports() {
        return List.copyOf(reports);
    }

    int running() {
        return running.get();
    }
}
