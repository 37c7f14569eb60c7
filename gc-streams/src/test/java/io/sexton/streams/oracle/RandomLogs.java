package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import io.sexton.streams.oracle.Fact.Condemn;
import io.sexton.v1.Disposition;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The generator of meaningful random logs of one partition: few regions and paths, versions that mostly follow each
 * other, reports on commands. The oracle runs beside the generator and supplies the outputs; the log depends on the
 * seed alone.
 */
final class RandomLogs {

    /** A file that a command named. */
    record Emitted(String region, String path, long offset, Disposition disposition) {}

    private static final long START = 1_767_225_600_000L; // 2026-01-01T00:00:00Z

    final RandomValues random;
    final List<String> regions = new ArrayList<>();
    final List<Emitted> emitted = new ArrayList<>();

    private final int partition;
    private final NaiveFold fold;
    private final List<LogRecord> log = new ArrayList<>();
    private final int size;

    private final RandomLeader leader;
    private final RandomCrowd crowd;
    private final RandomNoise noise;
    private final Map<String, Integer> weights = new TreeMap<>();
    private final Map<String, Consumer<String>> actions = new TreeMap<>();

    private long now = START;
    private long offset;
    private long brokerSkew;
    private long tickerSkew;
    private String ticker = "t0";
    private long tickerStart = START - 100_000;

    /** The share of ticks of another process in this log: one in so many. */
    private final int otherTickers;

    /** The skews of the clocks of other processes, by process. */
    private final long[] otherSkews = new long[12];

    private RandomLogs(long seed, Coverage coverage) {
        this.random = new RandomValues(seed);
        this.fold = new NaiveFold(coverage);
        this.partition = random.oneIn(4) ? random.below(3) : 0;
        this.size = 50 + random.below(250);
        this.otherTickers = random.any(0, 0, 6, 2);
        for (int i = 0; i < otherSkews.length; i++) {
            otherSkews[i] = random.percent(80) ? random.between(-2_000, 2_000) : random.between(-299_000, 299_000);
        }
        for (int i = 1 + random.below(3); i > 0; i--) {
            regions.add("r" + i);
        }
        this.leader = new RandomLeader(this);
        this.crowd = new RandomCrowd(this);
        this.noise = new RandomNoise(this);
        offer("open", 4, leader::open);
        offer("nextEpoch", 2, leader::nextEpoch);
        offer("edit", 30, leader::edit);
        offer("rewrite", 6, leader::addBack);
        offer("snapshot", 12, leader::wholeSnapshot);
        offer("snapshotChunk", 7, leader::snapshotChunk);
        offer("manyFiles", 2, leader::manyFiles);
        offer("wrongSnapshot", 2, leader::wrongSnapshot);
        offer("overtakenEdit", 2, leader::overtakenEdit);
        offer("inventory", 7, leader::wholeInventory);
        offer("inventoryChunk", 6, leader::inventoryChunk);
        offer("compactionStarted", 9, leader::compactionStarted);
        offer("compactionCompleted", 6, leader::compactionCompleted);
        offer("compactionFailed", 4, leader::compactionFailed);
        offer("drop", 2, leader::drop);
        offer("restore", 3, leader::restore);
        offer("fileWritten", 9, leader::fileWritten);
        offer("writeFailed", 5, leader::writeFailed);
        offer("heartbeat", 14, crowd::heartbeat);
        offer("finished", 4, crowd::finished);
        offer("reference", 5, crowd::reference);
        offer("hold", 3, crowd::hold);
        offer("approval", 4, crowd::approval);
        offer("report", 24, crowd::report);
        offer("retry", 2, crowd::retry);
        offer("expedite", 4, crowd::expedite);
        offer("stubborn", 1, crowd::manyFailures);
        offer("fence", 1, crowd::fence);
        offer("policy", 3, crowd::policy);
        offer("invalid", 2, noise::invalid);
        offer("bounds", 2, noise::bounds);
        offer("tick", 45, region -> tick());
        offer("ticks", 5, region -> ticks());
        offer("pause", 2, region -> pause());
        offer("clockTrouble", 1, region -> clockTrouble());
        offer("repeat", 4, region -> repeat());
    }

    /** Returns the log of this seed. */
    static List<LogRecord> log(long seed) {
        return run(seed, new Coverage()).log;
    }

    /** Returns the log of this seed, and counts its coverage. */
    static List<LogRecord> log(long seed, Coverage coverage) {
        return run(seed, coverage).log;
    }

    private static RandomLogs run(long seed, Coverage coverage) {
        RandomLogs logs = new RandomLogs(seed, coverage);
        logs.fill();
        return logs;
    }

    private void offer(String name, int weight, Consumer<String> action) {
        // The weights differ by log, so that each action is frequent in some of them.
        weights.put(name, weight * random.any(1, 2, 2, 2, 4, 8));
        actions.put(name, action);
    }

    private void fill() {
        if (random.percent(90)) {
            crowd.policy(regions.get(0));
        }
        for (String region : regions) {
            if (random.percent(92)) {
                leader.open(region);
            }
        }
        int total = weights.values().stream().mapToInt(Integer::intValue).sum();
        while (log.size() < size) {
            pass();
            int pick = random.below(total);
            for (Map.Entry<String, Integer> weighted : weights.entrySet()) {
                pick -= weighted.getValue();
                if (pick < 0) {
                    Consumer<String> action = actions.get(weighted.getKey());
                    if (action != null) {
                        action.accept(random.any(regions));
                    }
                    break;
                }
            }
        }
        // Large numbers of one kind come last, so that the rest of the log is not slowed down.
        if (random.oneIn(150)) {
            crowd.manyApprovals(random.any(regions));
        } else if (random.oneIn(150)) {
            crowd.manyPolicies(random.any(regions));
        }
        ticks();
    }

    /** Advances the time by a little or not at all. */
    void pass() {
        now += random.percent(40) ? 0 : random.percent(80) ? 1000L * random.below(5) : random.below(3000);
    }

    long now() {
        return now;
    }

    /** Returns the oracle's state of a region. */
    @Nullable
    NaiveRegion known(String region) {
        return fold.region(partition, region);
    }

    RandomCrowd crowd() {
        return crowd;
    }

    int partition() {
        return partition;
    }

    void send(String region, RegionEvent.Builder event) {
        append(LogRecord.of(
                partition,
                offset,
                now + brokerSkew,
                region,
                event.setRegion(region).build()));
    }

    void sendRaw(byte @Nullable [] key, byte @Nullable [] value) {
        append(new LogRecord(partition, offset, now + brokerSkew, key, value));
    }

    /** Appends an event of the whole partition. */
    void sendToPartition(RegionEvent.Builder event) {
        append(LogRecord.of(partition, offset, now + brokerSkew, "", event.build()));
    }

    private void append(LogRecord record) {
        // Offsets have gaps, as those of transactions.
        offset += random.oneIn(20) ? 2 : 1;
        log.add(record);
        List<Fact> brought = fold.apply(record);
        for (Fact fact : brought) {
            if (fact instanceof Condemn condemn) {
                emitted.add(new Emitted(condemn.region(), condemn.path(), record.offset(), condemn.disposition()));
            }
        }
    }

    void tick() {
        if (otherTickers > 0 && random.oneIn(otherTickers)) {
            tickOfAnother();
            return;
        }
        sendToPartition(RegionEvent.newBuilder()
                .setTick(Tick.newBuilder()
                        .setWallClock(RandomValues.timestamp(now + tickerSkew))
                        .setTicker(ticker)
                        .setUptime(uptime())));
    }

    private void tickOfAnother() {
        int other = random.below(otherSkews.length);
        sendToPartition(RegionEvent.newBuilder()
                .setTick(Tick.newBuilder()
                        .setWallClock(RandomValues.timestamp(now + otherSkews[other]))
                        .setTicker("other" + other)
                        .setUptime(duration(now - START + other * 10_000L))));
    }

    private Duration uptime() {
        return duration(Math.max(0, now - tickerStart));
    }

    private static Duration duration(long uptime) {
        return Duration.newBuilder()
                .setSeconds(uptime / 1000)
                .setNanos((int) (uptime % 1000) * 1_000_000)
                .build();
    }

    /** Emits ticks until the clock has reached the time, or a bound on their number. */
    void tickUpTo(long time) {
        for (int i = 0; i < 8 && fold.clock(partition).orElse(Long.MIN_VALUE) < time; i++) {
            now = Math.max(now, time) + (i > 3 ? 10_000 : 0);
            tick();
        }
    }

    private void ticks() {
        for (int i = 1 + random.below(4); i > 0; i--) {
            now += 1000L * random.below(8);
            tick();
        }
    }

    /** Advances the time far enough for a repeated command, or for a file to be forgotten. */
    private void pause() {
        tick();
        long pause = random.any(Millis.MINUTE, Millis.HOUR, 2 * Millis.HOUR, Millis.DAY, 3 * Millis.DAY);
        now += random.oneIn(12) ? 31 * Millis.DAY : pause + random.below(100_000);
        tick();
        if (random.percent(50)) {
            now += 1000;
            tick();
        }
    }

    private void clockTrouble() {
        switch (random.below(5)) {
            case 0 -> brokerSkew = random.between(-200_000, 200_000);
            case 1 -> tickerSkew = random.between(-400_000, 400_000);
            case 2 -> {
                ticker = "t" + random.below(4);
                tickerStart = now - 1000L * random.below(1000);
            }
            case 3 -> tickerStart += random.between(-60_000, 60_000);
            default -> {
                brokerSkew = 0;
                tickerSkew = 0;
            }
        }
        tick();
        if (random.percent(60)) {
            brokerSkew = 0;
            tickerSkew = 0;
        }
    }

    /** Appends one of the last few records again, as producers that retry do. */
    private void repeat() {
        if (!log.isEmpty()) {
            LogRecord record =
                    log.get(log.size() - 1 - (random.percent(70) ? 0 : random.below(Math.min(8, log.size()))));
            sendRaw(record.key(), record.value());
        }
    }
}
