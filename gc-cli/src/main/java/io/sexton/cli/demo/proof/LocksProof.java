package io.sexton.cli.demo.proof;

import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * I4: nothing was deleted in a region while another held its exclusive lock.
 *
 * <p>Checked twice: in the log no two locks that exclude each other overlap, and no file was seen to go from a region
 * between the grant and the end of an exclusive lock. Deletions that are seen just after the grant may have happened
 * before it; so the observer's delay is left out at that side.
 */
final class LocksProof {

    private static final Duration OBSERVERS_DELAY = Duration.ofMillis(200);

    /** A lock from its grant to its end. */
    private record Held(String region, LockMode mode, String owner, long token, Instant from, Instant until) {
        boolean excludes(Held other) {
            return mode == LockMode.EXCLUSIVE
                    || other.mode == LockMode.EXCLUSIVE
                    || (mode == LockMode.UPDATE && other.mode == LockMode.UPDATE);
        }
    }

    private record Lock(String region, long token) {}

    private final AuditLog log;
    private final List<Deletion> deletions;
    private final List<String> violations = new ArrayList<>();

    LocksProof(AuditLog log, List<Deletion> deletions) {
        this.log = log;
        this.deletions = deletions;
    }

    Verdict check() {
        Map<Lock, Held> open = new HashMap<>();
        List<Held> exclusive = new ArrayList<>();
        int grants = 0;
        for (Logged<LockEvent> event : log.lockEvents()) {
            Lock lock = new Lock(event.value().getRegion(), event.value().getToken());
            switch (event.value().getEventCase()) {
                case GRANTED -> {
                    grants++;
                    Held granted = held(event);
                    open.values().stream()
                            .filter(held -> held.region().equals(granted.region()) && held.excludes(granted))
                            .forEach(held -> violations.add(granted + " was granted beside " + held));
                    open.put(lock, granted);
                }
                case RELEASED, EXPIRED -> {
                    Held ended = open.remove(lock);
                    if (ended != null && ended.mode() == LockMode.EXCLUSIVE) {
                        exclusive.add(new Held(
                                ended.region(), ended.mode(), ended.owner(), ended.token(), ended.from(), event.at()));
                    }
                }
                default -> {}
            }
        }
        exclusive.forEach(this::checkDeletionsIn);
        if (exclusive.isEmpty()) {
            violations.add("no exclusive lock was ever held, which proves nothing");
        }
        Duration longest = exclusive.stream()
                .map(held -> Duration.between(held.from(), held.until()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new Verdict(
                "nothing was deleted in a region that another had locked",
                grants + " grants; exclusive locks: " + exclusive.size() + ", the longest for " + longest.toMillis()
                        + " ms",
                violations);
    }

    private static Held held(Logged<LockEvent> event) {
        LockEvent granted = event.value();
        return new Held(
                granted.getRegion(),
                granted.getGranted().getMode(),
                granted.getOwner(),
                granted.getToken(),
                event.at(),
                Instant.MAX);
    }

    private void checkDeletionsIn(Held lock) {
        deletions.stream()
                .filter(deletion -> deletion.name().region().equals(lock.region())
                        && deletion.seenAt().isAfter(lock.from().plus(OBSERVERS_DELAY))
                        && deletion.seenAt().isBefore(lock.until()))
                .forEach(deletion -> violations.add(deletion + " went at " + deletion.seenAt() + ", under " + lock));
    }
}
