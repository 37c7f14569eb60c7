package io.sexton.cli.chaos;

import static org.awaitility.Awaitility.await;

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
     * @throws AssertionError if one ends
     * @throws org.awaitility.core.ConditionTimeoutException if one does not work in time
     */
    void startAndAwaitReady(Duration timeout) {
        members.values().stream().filter(member -> !member.wasStarted()).forEach(Member::start);
        await("every process works")
                .atMost(timeout)
                .until(() -> members.values().stream().allMatch(Processes::isReady));
    }

    private static boolean isReady(Member member) {
        member.requireAlive();
        return member.isReady();
    }

    /** Ends them at once. */
    @Override
    public void close() {
        members.values().forEach(Member::end);
    }
}
