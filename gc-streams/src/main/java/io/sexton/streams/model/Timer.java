package io.sexton.streams.model;

import io.sexton.fold.core.Key;
import io.sexton.proto.RegionId;
import java.time.Instant;

/** A time at which a tick has work other than a due file. A timer is a hint: the state decides when it fires. */
public sealed interface Timer {
    RegionId region();

    /** Returns the first time past this one: "past" is strictly above, and times are whole milliseconds. */
    static Instant justPast(Instant time) {
        return time.plusMillis(1);
    }

    record ReaderExpiry(RegionId region, String readerId) implements Timer {}

    record CompactionExpiry(RegionId region, String compactionId) implements Timer {}

    record DropDue(RegionId region) implements Timer {}

    record ForgetApproval(RegionId region, String approvalId) implements Timer {}

    record RepeatSnapshotRequest(RegionId region) implements Timer {}

    record RepeatApprovalRequest(RegionId region) implements Timer {}

    record RepeatScan(RegionId region) implements Timer {}

    record HoldExpiry(RegionId region, String holdId) implements Timer {}

    default Key appendTo(Key key) {
        return switch (this) {
            case ReaderExpiry t -> key.raw((byte) 1).text(t.region.value()).tail(t.readerId);
            case CompactionExpiry t -> key.raw((byte) 2).text(t.region.value()).tail(t.compactionId);
            case DropDue t -> key.raw((byte) 3).text(t.region.value());
            case ForgetApproval t -> key.raw((byte) 5).text(t.region.value()).tail(t.approvalId);
            case RepeatSnapshotRequest t -> key.raw((byte) 6).text(t.region.value());
            case RepeatApprovalRequest t -> key.raw((byte) 7).text(t.region.value());
            case RepeatScan t -> key.raw((byte) 8).text(t.region.value());
            case HoldExpiry t -> key.raw((byte) 9).text(t.region.value()).tail(t.holdId);
        };
    }

    static Timer read(Key.Reader key) {
        byte kind = key.raw();
        RegionId region = new RegionId(key.text());
        return switch (kind) {
            case 1 -> new ReaderExpiry(region, key.tail());
            case 2 -> new CompactionExpiry(region, key.tail());
            case 3 -> new DropDue(region);
            case 5 -> new ForgetApproval(region, key.tail());
            case 6 -> new RepeatSnapshotRequest(region);
            case 7 -> new RepeatApprovalRequest(region);
            case 8 -> new RepeatScan(region);
            case 9 -> new HoldExpiry(region, key.tail());
            default ->
                throw new IllegalStateException(
                        "a stored timer has kind " + kind + ", which this version does not know");
        };
    }
}
