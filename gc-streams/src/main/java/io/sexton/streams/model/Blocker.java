package io.sexton.streams.model;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The reason why a due file is kept, with the key under which the file is parked (design, section 6: a blocked file
 * costs nothing). An applier that ends a blocker wakes all files that are parked under its key.
 */
public sealed interface Blocker {
    byte REGION = 1;
    byte SNAPSHOT = 2;
    byte INVENTORY = 3;
    byte POLICY = 4;
    byte COMPANION = 5;
    byte COMPACTION = 6;
    byte VERSION_PIN = 7;
    byte PATH = 8;
    byte HOLD = 9;
    byte APPROVAL = 10;

    RegionId region();

    /** A region that was never opened, is incomplete, or whose move was rejected. */
    record RegionNotReady(RegionId region) implements Blocker {}

    record AwaitsSnapshot(RegionId region) implements Blocker {}

    record AwaitsInventory(RegionId region) implements Blocker {}

    /**
     * A policy: it confirms no orphans, its pattern does not match, or it is a dry run. Only another policy ends it.
     */
    record ByPolicy(RegionId region) implements Blocker {}

    record ByCompanion(RegionId region, FilePath companion) implements Blocker {}

    record AwaitsCompaction(RegionId region) implements Blocker {}

    record ByVersionPin(RegionId region, long epoch, long version) implements Blocker {}

    /** A pin of the path, by file list or as a temporary manifest, or a reference of another region. */
    record ByPath(RegionId region, FilePath path) implements Blocker {}

    record ByHold(RegionId region, String holdId) implements Blocker {}

    /** A latch of the region, by the guard or a snapshot. */
    record AwaitsApproval(RegionId region) implements Blocker {}

    /** Returns the key under which its files are parked. No blocker's key is a prefix of another's. */
    default byte[] key() {
        return appendTo(Key.of(0)).build();
    }

    /** Returns the prefixes of the keys of all blockers of a region. */
    static Stream<byte[]> keysOf(RegionId region) {
        return IntStream.rangeClosed(REGION, APPROVAL)
                .mapToObj(
                        kind -> Key.of(0).raw((byte) kind).text(region.value()).build());
    }

    /** Returns the kind of blocker that a stored key belongs to. */
    public static byte kindOf(ByteString key) {
        return key.byteAt(1);
    }

    /** Skips a blocker's key. Returns its region. */
    static RegionId skip(Key.Reader parts) {
        parts.raw();
        byte kind = parts.raw();
        RegionId region = new RegionId(parts.text());
        if (kind == COMPANION || kind == PATH || kind == HOLD) {
            parts.text();
        } else if (kind == VERSION_PIN) {
            parts.number();
            parts.number();
        }
        return region;
    }

    private Key appendTo(Key key) {
        return switch (this) {
            case RegionNotReady b -> key.raw(REGION).text(b.region.value());
            case AwaitsSnapshot b -> key.raw(SNAPSHOT).text(b.region.value());
            case AwaitsInventory b -> key.raw(INVENTORY).text(b.region.value());
            case ByPolicy b -> key.raw(POLICY).text(b.region.value());
            case ByCompanion b -> key.raw(COMPANION).text(b.region.value()).text(b.companion.value());
            case AwaitsCompaction b -> key.raw(COMPACTION).text(b.region.value());
            case ByVersionPin b ->
                key.raw(VERSION_PIN).text(b.region.value()).number(b.epoch).number(b.version);
            case ByPath b -> key.raw(PATH).text(b.region.value()).text(b.path.value());
            case ByHold b -> key.raw(HOLD).text(b.region.value()).text(b.holdId);
            case AwaitsApproval b -> key.raw(APPROVAL).text(b.region.value());
        };
    }
}
