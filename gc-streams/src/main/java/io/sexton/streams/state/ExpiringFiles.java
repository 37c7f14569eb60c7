package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.index.KeySet;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.KnownFile;
import io.sexton.streams.model.KnownFile.Base;
import io.sexton.streams.model.StateKind;
import io.sexton.streams.state.view.PoliciesView;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of retention-only regions by the start of their retention. Each region has one entry in the schedule, at
 * the time when the first of its files expires under the policy in force. Not thread safe.
 */
public final class ExpiringFiles {
    private final KeySet files;
    private final KeySet regions;
    private final Schedule schedule;
    private final PoliciesView policies;

    ExpiringFiles(Stores stores, Schedule schedule, PoliciesView policies) {
        files = new KeySet(stores.schedule(), Tags.EXPIRING);
        regions = new KeySet(stores.regions(), Tags.RETENTION_REGIONS);
        this.schedule = schedule;
        this.policies = policies;
    }

    /** Returns whether a file may expire, if nothing blocks it. */
    static boolean mayExpire(Region region, KnownFile file) {
        return file.is(StateKind.LIVE) && region.row().getRetentionOnly() && file.base() != null;
    }

    /** Adds a file that may expire, unless it has an entry of its own, which it has only after a blocker. */
    void add(Region region, FilePath path, KnownFile file) {
        Base base = file.base();
        if (base != null && file.entry().due() == null && mayExpire(region, file)) {
            long baseMs = base.time().toEpochMilli();
            files.add(key(region.id(), path, base));
            if (!region.row().hasExpiringFloorMs() || baseMs < region.row().getExpiringFloorMs()) {
                region.row().setExpiringFloorMs(baseMs);
            }
            refresh(region);
        }
    }

    /** Removes a file that may expire and that has no entry of its own. */
    void remove(Region region, FilePath path, KnownFile file) {
        Base base = file.base();
        if (base != null && mayExpire(region, file)) {
            files.remove(key(region.id(), path, base));
            refresh(region);
        }
    }

    /** The file of a region that expires first. */
    public record First(Instant base, FilePath path) {}

    /** Returns the file of a region that expires first; {@code null}: none expires. */
    @Nullable
    public First first(Region region) {
        if (!region.row().hasExpiringFloorMs()) {
            return null;
        }
        byte[] prefix = files.key().text(region.id().value()).build();
        byte[] from = files.key()
                .text(region.id().value())
                .number(Timeline.ordered(region.row().getExpiringFloorMs()))
                .build();
        byte[] first = files.firstOf(from, Key.after(prefix));
        if (first == null) {
            region.row().clearExpiringFloorMs();
            return null;
        }
        Key.Reader parts = new Key.Reader(first);
        parts.text();
        Instant base = Timeline.timeOf(parts);
        region.row().setExpiringFloorMs(base.toEpochMilli());
        return new First(base, FilePath.of(parts.tail()));
    }

    /** Moves the region's one entry to the time when its first file is due under the present policy. */
    public void refresh(Region region) {
        if (region.row().hasRetentionDueMs()) {
            Instant stale = Instant.ofEpochMilli(region.row().getRetentionDueMs());
            schedule.remove(new DueEntry(stale, region.id(), null));
            region.row().clearRetentionDueMs();
        }
        Duration retention = policies.of(region.id()).retention();
        First first = retention == null || region.isGone() ? null : first(region);
        if (retention != null && first != null) {
            Instant due = first.base.plus(retention);
            region.row().setRetentionDueMs(due.toEpochMilli());
            schedule.add(new DueEntry(due, region.id(), null));
        }
    }

    public void addRegion(RegionId region) {
        regions.add(regions.key().text(region.value()).build());
    }

    /** Visits the regions whose earliest expiry depends on the policy in force. */
    public void forEachRegion(Consumer<RegionId> visitor) {
        regions.forEach(regions.key().build(), key -> visitor.accept(new RegionId(new Key.Reader(key).text())));
    }

    private byte[] key(RegionId region, FilePath path, Base base) {
        return files.key()
                .text(region.value())
                .number(Timeline.ordered(base.time().toEpochMilli()))
                .tail(path.value())
                .build();
    }
}
