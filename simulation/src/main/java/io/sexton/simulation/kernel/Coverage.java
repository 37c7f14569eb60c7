package io.sexton.simulation.kernel;

import java.util.Map;
import java.util.TreeMap;

/** Counters of faults, operations, transitions, refusals and crash points. */
public final class Coverage {
    private final Map<String, Long> counts = new TreeMap<>();

    /** Increments a counter. */
    public void met(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** Adds what another run has met. */
    public void add(Coverage other) {
        other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    }

    public long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }
}
