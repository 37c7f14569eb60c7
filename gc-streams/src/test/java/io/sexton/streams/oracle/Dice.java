package io.sexton.streams.oracle;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.sexton.v1.FileRef;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A seeded random source, with the names in random logs. There are few names, so that events often concern the same.
 */
final class Dice {

    static final List<String> PATHS =
            List.of("a", "b", "c", "d/a", "d/b", "1", "1.meta", "2", "t1", "t2", "tmp/q", "e");

    /** Further paths that are added and removed together, for a manifest of more than a few files. */
    static final List<String> MANY =
            List.of("f/0", "f/1", "f/2", "f/3", "f/4", "f/5", "f/6", "f/7", "f/8", "f/9", "f/10", "f/11");

    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Returns true once in so many calls, on average. */
    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Returns a number from 0 to below the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    long between(long from, long to) {
        return random.nextLong(from, to + 1);
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    final <T> T any(T... of) {
        return of[random.nextInt(of.length)];
    }

    String path() {
        return any(PATHS);
    }

    /** Returns up to so many different paths. */
    List<String> paths(int most) {
        return some(PATHS, most);
    }

    /** Returns up to so many different elements. */
    List<String> some(List<String> of, int most) {
        List<String> left = new ArrayList<>(of);
        List<String> some = new ArrayList<>();
        for (int count = random.nextInt(most + 1); count > 0 && !left.isEmpty(); count--) {
            some.add(left.remove(random.nextInt(left.size())));
        }
        return some;
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
