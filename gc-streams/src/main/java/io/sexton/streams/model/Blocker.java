package io.sexton.streams.model;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The reason why a due file is kept, with the key under which the file is parked (design, section 6: a blocked file
 * costs nothing). An applier that ends a blocker wakes all files that are parked under its key.
 */
public sealed interface Blocker {
    /** The kind of a blocker, as its key has it. The order of the kinds is that of their keys. */
    enum Kind {
        REGION(1, 0, 0),
        SNAPSHOT(2, 0, 0),
        INVENTORY(3, 0, 0),
        POLICY(4, 0, 0),
        COMPANION(5, 1, 0),
        COMPACTION(6, 0, 0),
        VERSION_PIN(7, 0, 2),
        PATH(8, 1, 0),
        HOLD(9, 1, 0),
        APPROVAL(10, 0, 0);

        private static final List<Kind> ALL = List.of(values());

        private final byte stored;
        private final int texts;
        private final int numbers;

        /**
         * @param stored the byte in stored keys: never changed, never reused
         * @param texts the number of texts that follow the region in a key
         * @param numbers the number of numbers that follow those
         */
        Kind(int stored, int texts, int numbers) {
            this.stored = (byte) stored;
            this.texts = texts;
            this.numbers = numbers;
        }

        private static Kind of(byte stored) {
            for (Kind kind : ALL) {
                if (kind.stored == stored) {
                    return kind;
                }
            }
            throw new IllegalStateException("no kind of blocker is stored as " + stored);
        }

        private Key begin(RegionId region) {
            return Key.of(0).raw(stored).text(region.value());
        }
    }

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
        Key key = kind().begin(region());
        return switch (this) {
            case ByCompanion b -> key.text(b.companion.value()).build();
            case ByVersionPin b -> key.number(b.epoch).number(b.version).build();
            case ByPath b -> key.text(b.path.value()).build();
            case ByHold b -> key.text(b.holdId).build();
            case RegionNotReady b -> key.build();
            case AwaitsSnapshot b -> key.build();
            case AwaitsInventory b -> key.build();
            case ByPolicy b -> key.build();
            case AwaitsCompaction b -> key.build();
            case AwaitsApproval b -> key.build();
        };
    }

    default Kind kind() {
        return switch (this) {
            case RegionNotReady b -> Kind.REGION;
            case AwaitsSnapshot b -> Kind.SNAPSHOT;
            case AwaitsInventory b -> Kind.INVENTORY;
            case ByPolicy b -> Kind.POLICY;
            case ByCompanion b -> Kind.COMPANION;
            case AwaitsCompaction b -> Kind.COMPACTION;
            case ByVersionPin b -> Kind.VERSION_PIN;
            case ByPath b -> Kind.PATH;
            case ByHold b -> Kind.HOLD;
            case AwaitsApproval b -> Kind.APPROVAL;
        };
    }

    /** Returns the prefixes of the keys of all blockers of a region. */
    static Stream<byte[]> keysOf(RegionId region) {
        return Kind.ALL.stream().map(kind -> kind.begin(region).build());
    }

    /** Returns the kind of blocker that a stored key belongs to. */
    static Kind kindOf(ByteString key) {
        return Kind.of(key.byteAt(1));
    }

    /** Skips a blocker's key. Returns its region. */
    static RegionId skip(Key.Reader parts) {
        parts.raw();
        Kind kind = Kind.of(parts.raw());
        RegionId region = new RegionId(parts.text());
        for (int i = 0; i < kind.texts; i++) {
            parts.text();
        }
        for (int i = 0; i < kind.numbers; i++) {
            parts.number();
        }
        return region;
    }
}
