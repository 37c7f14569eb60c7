package io.sexton.streams.oracle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.v1.RegionEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fold of {@code gc.events} as a direct implementation of the design's sections 4 to 7. */
final class NaiveFold {

    private static final class Partition {
        final NaiveClock clock = new NaiveClock();
        final NaivePolicies policies = new NaivePolicies();
        final Map<String, NaiveRegion> regions = new TreeMap<>(NaiveRegion.BY_UTF8);

        /** Returns the region. It is added to {@link #regions} when an event concerns it. */
        NaiveRegion region(String id) {
            NaiveRegion region = regions.get(id);
            return region == null ? new NaiveRegion(id) : region;
        }
    }

    private final Map<Integer, Partition> partitions = new HashMap<>();
    private final Coverage coverage;

    NaiveFold() {
        this(new Coverage());
    }

    NaiveFold(Coverage coverage) {
        this.coverage = coverage;
    }

    /** Applies a record. Returns its outputs, in order. */
    List<Fact> apply(LogRecord record) {
        Partition partition = partitions.computeIfAbsent(record.partition(), id -> new Partition());
        List<Fact> out = new ArrayList<>();
        RegionEvent event = parse(record.value());
        List<Rule> broken = event == null ? List.of(Rule.UNREADABLE) : Validity.broken(record.key(), event);
        if (event != null && broken.isEmpty() && !partition.policies.hasRoomFor(event.getPolicySet())) {
            broken = List.of(Rule.TOO_MANY_GLOBS);
        }
        if (!broken.isEmpty() || event == null) {
            broken.forEach(coverage::met);
            deadLetter(partition, record, event, out);
        } else {
            apply(partition, record, event, out);
        }
        return out;
    }

    /** Returns the present state of the region. */
    @Nullable
    NaiveRegion region(int partition, String region) {
        Partition found = partitions.get(partition);
        return found == null ? null : found.regions.get(region);
    }

    /** Returns the policy in force. */
    NaivePolicies.InForce policy(int partition, String region) {
        Partition found = partitions.get(partition);
        return (found == null ? new NaivePolicies() : found.policies).of(region);
    }

    /** Returns the GC clock; empty before the first agreeing tick. */
    OptionalLong clock(int partition) {
        Partition found = partitions.get(partition);
        return found == null ? OptionalLong.empty() : found.clock.ifSet();
    }

    private void apply(Partition partition, LogRecord record, RegionEvent event, List<Fact> out) {
        if (event.hasTick()) {
            // "A tick that does not agree does nothing at all (no step of section 7 either)"
            if (partition.clock.tick(record.appendTime(), event.getTick(), coverage)) {
                long clock = partition.clock.now();
                for (NaiveRegion region : partition.regions.values()) {
                    new Deciding(context(partition, region, record.offset(), clock, out)).tick();
                }
            }
        } else if (event.hasPolicySet()) {
            coverage.met(event.getPolicySet().hasPolicy() ? Rule.POLICY_SET : Rule.POLICY_TAKEN_AWAY);
            partition.policies.set(event.getPolicySet());
            // "once until the file's state changes or any PolicySet is applied to the partition"
            partition.regions.values().forEach(region -> region.files.values().forEach(f -> f.dryRunSent = false));
        } else {
            NaiveRegion region = partition.region(event.getRegion());
            partition.regions.put(region.id, region);
            long at = partition.clock.at(record.appendTime());
            apply(context(partition, region, record.offset(), at, out), event, partition.clock.ifSet());
        }
    }

    private void apply(RecordContext context, RegionEvent event, OptionalLong clock) {
        NaiveRegion region = context.region();
        Admission admission = new Admission(context);
        Rule rejection = admission.rejection(event);
        if (rejection != null) {
            coverage.met(rejection);
            context.countedOnce(Fact.CountedOnce.Kind.EVENT_REJECTED, null);
            return;
        }
        long epochBefore = region.epoch;
        admission.raiseEpoch(event);
        // "A `DeleterFence` […] changes no state."
        region.known |= !event.hasDeleterFence();
        switch (event.getEventCase()) {
            case REGION_OPENED -> new Manifest(context).opened(event.getRegionOpened(), epochBefore);
            case REGION_DROPPED -> new Manifest(context).dropped();
            case REGION_RESTORED -> new Manifest(context).restored();
            case MANIFEST_EDIT -> new Manifest(context).edit(event.getManifestEdit());
            case MANIFEST_SNAPSHOT -> new Listings(context).snapshot(event.getManifestSnapshot());
            case COMPACTION_STARTED ->
                new Manifest(context).compactionStarted(event.getCompactionStarted(), event.getEpoch());
            case COMPACTION_COMPLETED -> new Manifest(context).compactionCompleted(event.getCompactionCompleted());
            case COMPACTION_FAILED -> new Manifest(context).compactionFailed(event.getCompactionFailed());
            case FILE_WRITTEN ->
                new FileTable(context).fileWritten(event.getFileWritten().getFile());
            case WRITE_FAILED -> event.getWriteFailed().getPathsList().forEach(new FileTable(context)::writeFailed);
            case QUERY_HEARTBEAT -> new Readers(context).heartbeat(event.getQueryHeartbeat());
            case QUERY_FINISHED ->
                new Readers(context).finished(event.getQueryFinished().getReaderId());
            case REFERENCE_EDIT -> new Readers(context).referenceEdit(event.getReferenceEdit());
            case INVENTORY -> new Listings(context).inventory(event.getInventory());
            case DELETION_REPORT -> new Reports(context).report(event.getDeletionReport());
            case HOLD -> new Operators(context).hold(event.getHold());
            case APPROVAL -> new Operators(context).approval(event.getApproval());
            case EXPEDITE -> new Operators(context).expedite(event.getExpedite().getPathPrefix(), clock);
            case RETRY -> new Operators(context).retry(event.getRetry().getPathPrefix());
            case DELETER_FENCE -> {
                // "A `DeleterFence` is answered at once with `FencePassed` in the command topic"
                coverage.met(Rule.FENCE);
                context.out()
                        .add(new Fact.Fence(region.id, event.getDeleterFence().getNonce()));
            }
            case TICK, POLICY_SET, EVENT_NOT_SET -> throw new AssertionError(event);
        }
    }

    /**
     * "A dead letter under a known region's key, unless it is readable as a kind that leaders do not write […], is a
     * gap at (epoch, version) and drops a running snapshot."
     */
    private void deadLetter(Partition partition, LogRecord record, @Nullable RegionEvent event, List<Fact> out) {
        out.add(new Fact.DeadLetter());
        String key = text(record.key());
        NaiveRegion region = key == null ? null : partition.regions.get(key);
        if (region == null || !region.known) {
            coverage.met(Rule.DEAD_LETTER_OF_AN_UNKNOWN_REGION);
        } else if (event != null && Validity.ofNoLeader(event)) {
            coverage.met(Rule.DEAD_LETTER_OF_NO_LEADER);
        } else {
            coverage.met(Rule.DEAD_LETTER_IS_A_GAP);
            long at = partition.clock.at(record.appendTime());
            RecordContext context = context(partition, region, record.offset(), at, out);
            context.openGap(context.ownStamp());
            if (region.snapshot != null) {
                coverage.met(Rule.DEAD_LETTER_DROPS_A_SNAPSHOT);
                region.snapshot = null;
            }
        }
    }

    private RecordContext context(Partition partition, NaiveRegion region, long offset, long at, List<Fact> out) {
        return new RecordContext(region, offset, at, partition.policies.of(region.id), out, coverage);
    }

    private static @Nullable RegionEvent parse(byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            return RegionEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** Returns the key as text, or null if it is not text. */
    private static @Nullable String text(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
