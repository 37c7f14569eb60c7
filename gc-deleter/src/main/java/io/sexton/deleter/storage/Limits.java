package io.sexton.deleter.storage;

import io.sexton.deleter.core.CallGuard;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The rate of deletions, in files and in bytes a second. Changeable while running; for many threads. */
public final class Limits {

    /** The interval at which a waiting file's guard is checked again. */
    private static final Duration NAP = Duration.ofMillis(50);

    private final Pace files;
    private final Pace bytes;
    private volatile Optional<String> halted = Optional.empty();

    /**
     * The rates; an empty number is no limit, 0 stops.
     *
     * @param filesPerSecond files deleted, moved or archived
     * @param bytesPerSecond their bytes
     */
    public record Rates(OptionalDouble filesPerSecond, OptionalDouble bytesPerSecond) {

        /** No limit. */
        public static final Rates NONE = new Rates(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** @param nanoTime the monotonic clock */
    public Limits(Rates rates, LongSupplier nanoTime) {
        this.files = new Pace(rates.filesPerSecond(), nanoTime);
        this.bytes = new Pace(rates.bytesPerSecond(), nanoTime);
    }

    /** Sets the rates; ends a halt. */
    public void set(Rates rates) {
        files.set(rates.filesPerSecond());
        bytes.set(rates.bytesPerSecond());
        halted = Optional.empty();
    }

    /**
     * Stops everything until rates are set again.
     *
     * @param why a phrase, for the outcomes of the files that have to wait
     */
    public void halt(String why) {
        halted = Optional.of(why);
    }

    private Optional<String> whyStopped() {
        return halted.isEmpty() && (files.isStopped() || bytes.isStopped())
                ? Optional.of("an operator has set the limit to 0")
                : halted;
    }

    /**
     * Waits until another file may be deleted under all of these limits.
     *
     * @return why it must not be deleted, if the guard or a stop forbids it
     */
    static Optional<String> await(List<Limits> all, CallGuard guard) {
        while (true) {
            Optional<String> stopped =
                    all.stream().flatMap(limits -> limits.whyStopped().stream()).findFirst();
            if (stopped.isPresent()) {
                return stopped;
            }
            Duration wait = all.stream()
                    .flatMap(limits -> Stream.of(limits.files.untilFree(), limits.bytes.untilFree()))
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            Optional<String> stop = guard.whyStop();
            if (stop.isPresent() || wait.isZero()) {
                return stop;
            }
            try {
                Thread.sleep(wait.compareTo(NAP) < 0 ? wait : NAP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
    }

    /** Counts files whose deletion was requested. */
    static void tookFiles(List<Limits> all, long count) {
        all.forEach(limits -> limits.files.take(count));
    }

    /** Counts deleted bytes. */
    static void tookBytes(List<Limits> all, long count) {
        all.forEach(limits -> limits.bytes.take(count));
    }

    /** Returns how many files to request at once, so that a rate is kept within a tenth of a second. */
    static int atOnce(List<Limits> all, int atMost) {
        double most = atMost;
        for (Limits limits : all) {
            most = Math.min(most, limits.files.perTenth().orElse(atMost));
        }
        return (int) Math.max(1, most);
    }
}
