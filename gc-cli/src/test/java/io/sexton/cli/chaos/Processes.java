package io.sexton.cli.chaos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All processes of a run. Used by one thread. */
final class Processes implements AutoCloseable {

    private final Map<String, Member> members = new LinkedHashMap<>();

    Processes(List<Member> first) {
        add(first);
    }

    void add(List<Member> more) {
        more.forEach(member -> members.put(member.name(), member));
    }

    Map<String, Member> byName() {
        return Map.copyOf(members);
    }

    /**
     * Starts those that were not started before, and waits until all work.
     *
     * @throws AssertionError if one ends, or does not work in time
     */
    void startAndAwaitReady(Duration timeout) throws InterruptedException {
        members.values().stream().filter(member -> !member.wasStarted()).forEach(Member::start);
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Member member : members.values()) {
            while (!member.isReady()) {
                member.requireAlive();
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(member.name() + " does not work within " + timeout);
                }
                Thread.sleep(200);
            }
        }
    }

    /** Ends them at once. */
    @Override
    public void close() {
        members.values().forEach(Member::end);
    }
}
