package io.sexton.demo;

import io.sexton.client.SextonClient;
import io.sexton.demo.database.DatabaseNode;
import io.sexton.demo.proof.StoreObserver;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * All work that runs while the regions are written to.
 *
 * @param trash of a region whose garbage goes there
 */
record Load(
        DemoSettings settings,
        List<WriteLoad> writers,
        QueryLoad queries,
        MetricsLoad metrics,
        Scenarios scenarios,
        TrashScenario trash) {

    private static final int QUERY_THREADS = 3;
    private static final Duration FIRST_QUERY = Duration.ofSeconds(3);

    /**
     * Runs it, each part at its time.
     *
     * @param queryNode where the query runs that is killed
     * @param target where a region moves to
     */
    void run(SextonClient queryNode, DatabaseNode target, StoreObserver observer, LiveLine live) throws Exception {
        Duration length = Duration.ofSeconds(settings.load());
        long end = System.nanoTime() + length.toNanos();
        long lastQuery = end - DemoSettings.QUERY_LENGTH.toNanos();
        try (Background background = new Background()) {
            writers.forEach(writer -> background.start(() -> writer.runUntil(end)));
            for (int i = 0; i < QUERY_THREADS; i++) {
                long seed = settings.seed() + i;
                background.startAfter(FIRST_QUERY.plusMillis(700L * i), () -> queries.runUntil(lastQuery, seed));
            }
            background.start(() -> metrics.run(tenths(length, 7)));
            background.startAfter(tenths(length, 3), () -> queries.add(scenarios.killQuery(queryNode)));
            background.startAfter(tenths(length, 4), scenarios::loseCompaction);
            background.startAfter(tenths(length, 5), () -> scenarios.migrate(target));
            background.startAfter(tenths(length, 5), () -> scenarios.restore(trash));
            background.await(() -> live.show(state(observer)));
        }
    }

    private static Duration tenths(Duration length, int count) {
        return length.multipliedBy(count).dividedBy(10);
    }

    /** Fits on a line of 80 columns. */
    private String state(StoreObserver observer) {
        StoreObserver.Counts store = observer.counts();
        return String.format(
                Locale.ROOT,
                "%,d writes; files: %d written, %d gone, %d there; queries: %d",
                writers.stream().mapToLong(WriteLoad::writes).sum(),
                store.written(),
                store.deleted(),
                store.present(),
                queries.running() + queries.reports().size());
    }
}
