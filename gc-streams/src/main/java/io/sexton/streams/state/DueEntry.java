package io.sexton.streams.state;

import io.sexton.fold.core.Key;
import io.sexton.fold.index.Timeline;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file that is due at a time; without a path its whole region. In the order of design, section 7. */
public record DueEntry(
        Instant due, RegionId region, @Nullable FilePath path) {
    /** Returns whether this entry precedes the other one. */
    public boolean isBefore(DueEntry other) {
        return Arrays.compareUnsigned(
                        appendTo(Key.of(0).number(Timeline.ordered(due.toEpochMilli()))),
                        other.appendTo(Key.of(0).number(Timeline.ordered(other.due.toEpochMilli()))))
                < 0;
    }

    /** Returns whether the other entry has the same time and region. */
    boolean isOfBatch(DueEntry other) {
        return due.equals(other.due) && region.equals(other.region);
    }

    /** Returns the path of an entry that is not of a region. */
    FilePath pathOfFile() {
        return Objects.requireNonNull(path, "an entry of a file has a path");
    }

    /** Returns the entry's key in an index. */
    byte[] keyIn(Timeline line) {
        return appendTo(line.at(due));
    }

    private byte[] appendTo(Key key) {
        key.text(region.value());
        return (path == null ? key : key.tail(path.value())).build();
    }

    static DueEntry read(byte[] key) {
        Key.Reader parts = new Key.Reader(key);
        Instant at = Timeline.timeOf(parts);
        RegionId region = new RegionId(parts.text());
        String path = parts.tail();
        return new DueEntry(at, region, path.isEmpty() ? null : FilePath.of(path));
    }
}
