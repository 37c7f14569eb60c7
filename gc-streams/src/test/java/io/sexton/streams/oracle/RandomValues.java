package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.FileRef;
import java.util.List;

/**
 * The random names, files and times of random logs. There are few names, so that events often concern the same.
 */
final class RandomValues extends SeededRandom {

    static final List<String> PATHS =
            List.of("a", "b", "c", "d/a", "d/b", "1", "1.meta", "2", "t1", "t2", "tmp/q", "e");

    /** Further paths that are added and removed together, for a manifest of more than a few files. */
    static final List<String> MANY =
            List.of("f/0", "f/1", "f/2", "f/3", "f/4", "f/5", "f/6", "f/7", "f/8", "f/9", "f/10", "f/11");

    RandomValues(long seed) {
        super(seed);
    }

    String path() {
        return any(PATHS);
    }

    /** Returns up to so many different paths. */
    List<String> paths(int most) {
        return some(PATHS, most);
    }

    /** Returns a small duration, mostly of whole seconds, so that ticks often reach due times exactly. */
    Duration duration(int mostSeconds) {
        Duration.Builder duration = Duration.newBuilder().setSeconds(below(mostSeconds + 1));
        if (oneIn(6)) {
            duration.setNanos(below(1_000_000_000));
        }
        return duration.build();
    }

    static Timestamp timestamp(long millis) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(millis, 1000))
                .setNanos((int) Math.floorMod(millis, 1000L) * 1_000_000)
                .build();
    }

    /** Returns a file with times around now. */
    FileRef file(String path, long now) {
        FileRef.Builder file = FileRef.newBuilder().setPath(path);
        if (percent(60)) {
            file.setModifiedAt(time(now));
        }
        if (percent(40)) {
            file.setDataUntil(time(now));
        }
        if (oneIn(4)) {
            file.setSizeBytes(below(1000)).setEtag("e" + below(9));
        }
        return file.build();
    }

    private Timestamp time(long now) {
        return switch (below(15)) {
            // Numbers in the wrong unit: some are before 1971, some after.
            case 12, 13 -> timestamp(1000L * below(70_000_000));
            case 14 -> timestamp(31_536_000_000L - below(2));
            case 0 -> timestamp(now + below(20_000));
            case 1 -> timestamp(-below(3) * 1000L);
            case 2 -> Timestamp.newBuilder().setNanos(below(2_000_000)).build();
            default ->
                timestamp(now - below(40) * 1000L).toBuilder()
                        .setNanos(oneIn(3) ? below(1_000_000_000) : 0)
                        .build();
        };
    }

    List<FileRef> files(List<String> paths, long now) {
        return paths.stream().map(path -> file(path, now)).toList();
    }
}
