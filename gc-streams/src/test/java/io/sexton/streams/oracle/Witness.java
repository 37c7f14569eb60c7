package io.sexton.streams.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.fold.core.Output;
import io.sexton.fold.core.Placement;
import io.sexton.fold.state.MemoryStore;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.streams.oracle.Fact.Condemn;
import io.sexton.streams.oracle.NaiveFile.State;
import io.sexton.streams.state.Stores;
import io.sexton.v1.Disposition;
import io.sexton.v1.ManifestSnapshot;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check of the promises on a fold of one partition: reports the promises that each record broke. It takes the live,
 * complete and gone files from the oracle, and pins and times from the log's records and the fold's outputs.
 */
final class Witness {

    /** A reader whose pin the fold accepted, with the files of the manifest or of its own list at that time. */
    private static final class Pinned {
        final String region;
        final @Nullable Long version;
        final Set<String> files;
        final long ttl;

        /** The clock of the first agreeing tick after the pin was begun or renewed. */
        @Nullable
        Long countedFrom;

        Pinned(String region, @Nullable Long version, Set<String> files, long ttl) {
            this.region = region;
            this.version = version;
            this.files = files;
            this.ttl = ttl;
        }

        boolean lives(long clock) {
            return countedFrom == null || clock <= countedFrom + ttl;
        }
    }

    /** The state of a file just before the tick that condemned it. */
    private record Before(State state, long since, @Nullable Long time, boolean incomplete) {}

    private final NaiveFold truth = new NaiveFold();
    private final List<Output> outputs = new ArrayList<>();
    private final List<Output> outputsAgain = new ArrayList<>();
    private final int partition;
    private final PartitionFold fold;
    private final PartitionFold again;

    private final Map<String, Pinned> pins = new HashMap<>();
    private final Set<String> condemned = new HashSet<>();
    private final List<String> broken = new ArrayList<>();
    private long latestClock = Long.MIN_VALUE;
    private int condemnedFiles;
    private int pinsThatMattered;

    Witness(int partition) {
        this.partition = partition;
        this.fold = fold(outputs);
        this.again = fold(outputsAgain);
    }

    private PartitionFold fold(List<Output> outputs) {
        Stores stores = new Stores(new MemoryStore(), new MemoryStore(), new MemoryStore());
        return new PartitionFold(partition, stores, Placement.UNCHECKED, outputs::add);
    }

    int condemnedFiles() {
        return condemnedFiles;
    }

    int pinsThatMattered() {
        return pinsThatMattered;
    }

    /** Applies a record. Returns descriptions of the promises that it broke. */
    List<String> apply(LogRecord record) {
        broken.clear();
        outputs.clear();
        outputsAgain.clear();
        RegionEvent event = event(record);
        long wall = Millis.of(event.getTick().getWallClock());
        boolean agrees = event.hasTick() && Math.abs(record.appendTime() - wall) <= 5 * Millis.MINUTE;
        if (agrees) {
            latestClock = Math.max(latestClock, Math.min(record.appendTime(), wall));
        }
        fold.apply(record.toFold());
        again.apply(record.toFold());
        if (!outputs.equals(outputsAgain)) {
            broken.add("I8: the same log was answered by " + outputs + " and by " + outputsAgain);
        }
        List<Condemn> condemns = new ArrayList<>();
        List<Fact> facts = outputs.stream()
                .flatMap(output -> FoldAgainstOracleTest.factsOf(output).stream())
                .toList();
        for (Fact fact : facts) {
            if (fact instanceof Condemn condemn) {
                condemns.add(condemn);
            }
        }
        List<Before> before = condemns.stream().map(this::before).toList();
        truth.apply(record);
        for (int i = 0; i < condemns.size(); i++) {
            check(condemns.get(i), before.get(i), agrees);
        }
        recordReports(event, facts);
        watchPins(event, agrees, facts);
        liveFilesAreNotCondemned();
        return List.copyOf(broken);
    }

    private static RegionEvent event(LogRecord record) {
        // A record that cannot be read, or is invalid, has no effect.
        try {
            RegionEvent event =
                    record.value() == null ? RegionEvent.getDefaultInstance() : RegionEvent.parseFrom(record.value());
            return Validity.broken(record.key(), event).isEmpty() ? event : RegionEvent.getDefaultInstance();
        } catch (InvalidProtocolBufferException e) {
            return RegionEvent.getDefaultInstance();
        }
    }

    private Before before(Condemn condemn) {
        NaiveRegion region = truth.region(partition, condemn.region());
        if (region == null) {
            return new Before(State.UNKNOWN, 0, null, true);
        }
        NaiveFile file = region.file(condemn.path());
        return new Before(file.state, file.since, file.time, region.incomplete());
    }

    private void check(Condemn condemn, Before before, boolean byAgreeingTick) {
        condemnedFiles++;
        long decidedAt = condemn.decidedAt().toEpochMilli();
        NaiveRegion region = truth.region(partition, condemn.region());
        if (region == null || !byAgreeingTick) {
            broken.add("I5: of nothing known, or by no tick that agrees: " + condemn);
            return;
        }
        if (before.state == State.LIVE && !region.gone() && !region.retentionOnly) {
            broken.add("I1: live in the manifest: " + condemn);
        }
        if (region.file(condemn.path()).is(State.UNKNOWN, State.GONE)) {
            broken.add("I5: nobody spoke of this file: " + condemn);
        }
        if (!region.opened() || (before.incomplete && !region.gone())) {
            broken.add("I5: the region has a gap, or was never opened: " + condemn);
        }
        pins.forEach((reader, pin) -> {
            if (pin.region.equals(condemn.region()) && pin.files.contains(condemn.path())) {
                if (pin.lives(decidedAt)) {
                    broken.add("I2: pinned by " + reader + ": " + condemn);
                } else {
                    pinsThatMattered++;
                }
            }
        });
        if (decidedAt > latestClock) {
            broken.add("I3: no broker and ticker agreed that it was so late: " + condemn);
        }
        if (before.state != State.CONDEMNED && decidedAt < earliest(condemn, before, region)) {
            broken.add("I3: its time has not passed: " + condemn);
        }
        if (condemn.disposition() != Disposition.DRY_RUN) {
            condemned.add(condemn.region() + "/" + condemn.path());
        }
    }

    /** Returns when the file may be condemned, by its reason and the policy in force. */
    private long earliest(Condemn condemn, Before before, NaiveRegion region) {
        NaivePolicies.InForce policy = truth.policy(partition, region.id);
        return switch (condemn.reason()) {
            case OBSOLETE -> before.since + policy.obsoleteLinger();
            case ORPHAN -> before.since + policy.orphanLinger();
            case TEMPORARY, WRITE_ABORTED -> before.since + policy.tempLinger();
            case EXPIRED ->
                before.time == null
                        ? Long.MAX_VALUE
                        : before.time + policy.retention().orElse(Long.MAX_VALUE - before.time);
            // Once a region is gone, no later policy reverts it.
            case REGION_GONE -> region.drop == null ? Long.MAX_VALUE : region.drop.due;
            case STALE_TEMP_MANIFEST -> Long.MIN_VALUE;
            case REASON_UNSPECIFIED, UNRECOGNIZED -> Long.MAX_VALUE;
        };
    }

    /** Records the condemned files that were reported. */
    private void recordReports(RegionEvent event, List<Fact> facts) {
        for (Fact fact : facts) {
            if (fact instanceof Fact.Revoke revoke) {
                condemned.remove(revoke.region() + "/" + revoke.path());
            } else if (fact instanceof Fact.RevokePrefix revoke) {
                condemned.removeIf(file -> file.startsWith(revoke.region() + "/" + revoke.prefix()));
            }
        }
        event.getDeletionReport()
                .getOutcomesList()
                .forEach(outcome -> condemned.remove(event.getRegion() + "/" + outcome.getPath()));
    }

    private void watchPins(RegionEvent event, boolean agreeingTick, List<Fact> facts) {
        if (agreeingTick) {
            truth.clock(partition)
                    .ifPresent(clock -> pins.values().forEach(pin -> {
                        if (pin.countedFrom == null) {
                            pin.countedFrom = clock;
                        }
                    }));
        } else if (event.hasQueryFinished()) {
            pins.remove(event.getRegion() + "/" + event.getQueryFinished().getReaderId());
        } else if (event.hasQueryHeartbeat()) {
            heartbeat(event, facts);
        } else if (event.hasManifestSnapshot()) {
            applySnapshot(event.getRegion(), event.getManifestSnapshot());
        }
    }

    /** Updates the files of a pinned version by a snapshot that differs from the edits. */
    private void applySnapshot(String id, ManifestSnapshot snapshot) {
        NaiveRegion region = truth.region(partition, id);
        for (Pinned pin : pins.values()) {
            if (pin.region.equals(id)
                    && region != null
                    && pin.version != null
                    && snapshot.getVersion() <= pin.version) {
                pin.files.removeIf(path -> !region.file(path).is(State.LIVE));
            }
        }
    }

    private void heartbeat(RegionEvent event, List<Fact> facts) {
        QueryHeartbeat heartbeat = event.getQueryHeartbeat();
        String reader = event.getRegion() + "/" + heartbeat.getReaderId();
        boolean rejected =
                facts.stream().anyMatch(fact -> fact instanceof Fact.PinVerdict verdict && !verdict.accepted());
        boolean touch = heartbeat.getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET;
        Pinned living = pins.get(reader);
        NaiveRegion region = truth.region(partition, event.getRegion());
        if (rejected || region == null) {
            return; // the pin accepted before stays, and protects no further files
        }
        long ttl = heartbeat.hasTtl()
                ? Millis.of(heartbeat.getTtl())
                : truth.policy(partition, region.id).readerTtl();
        Long version = heartbeat.hasAtVersion() ? (Long) heartbeat.getAtVersion() : null;
        if (living != null && (touch || (version != null && version.equals(living.version)))) {
            pins.put(reader, new Pinned(region.id, living.version, living.files, ttl));
        } else {
            pins.put(reader, new Pinned(region.id, version, held(heartbeat, region), ttl));
        }
    }

    /** Returns the files that a pin must protect: those of its list, or of the manifest at its version. */
    private static Set<String> held(QueryHeartbeat heartbeat, NaiveRegion region) {
        if (heartbeat.hasFiles()) {
            return new HashSet<>(heartbeat.getFiles().getPathsList());
        }
        Set<String> live = new HashSet<>();
        Long version = region.version;
        if (version != null && version == heartbeat.getAtVersion() && !region.incomplete()) {
            region.files.values().stream().filter(file -> file.is(State.LIVE)).forEach(file -> live.add(file.path));
        }
        return live;
    }

    private void liveFilesAreNotCondemned() {
        for (String file : condemned) {
            int slash = file.indexOf('/');
            NaiveRegion region = truth.region(partition, file.substring(0, slash));
            if (region != null && region.file(file.substring(slash + 1)).is(State.LIVE)) {
                broken.add("I1: live again, and no revoke was sent: " + file);
            }
        }
    }
}
