package io.sexton.demo.proof;

import io.sexton.demo.database.Locked;
import io.sexton.v1.LockMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * I4: nothing was deleted in a region while another held its exclusive lock.
 *
 * <p>Checked three times. By the log alone ({@link LockHistory}). By the holders: no file was seen to disappear from a
 * region while its migration counted the lock as held. And, without failures and with right clocks, between the grant
 * and the end of an exclusive lock by the log, too. A file that is seen to be gone after the grant may have been
 * deleted before it; so only files that still existed after the grant count.
 */
final class LocksProof {

    private final AuditLog log;
    private final List<Deletion> deletions;
    private final List<Locked> locked;
    private final Conditions conditions;
    private final List<String> violations = new ArrayList<>();

    /** @param locked times at which regions were certainly locked, by their holders' own count */
    LocksProof(AuditLog log, List<Deletion> deletions, List<Locked> locked, Conditions conditions) {
        this.log = log;
        this.deletions = deletions;
        this.locked = locked;
        this.conditions = conditions;
    }

    Verdict check() {
        LockHistory history = LockHistory.read(log.lockRequests(), log.lockEvents(), conditions.brokersAhead());
        violations.addAll(history.violations());
        locked.forEach(this::checkDeletionsIn);
        List<LockHistory.Held> exclusive = history.locks().stream()
                .filter(held ->
                        held.mode() == LockMode.EXCLUSIVE && !held.until().equals(Instant.MAX))
                .toList();
        if (!conditions.faults()) {
            exclusive.forEach(this::checkDeletionsIn);
        }
        if (exclusive.isEmpty()) {
            violations.add("no exclusive lock was ever held, which proves nothing");
        }
        Duration longest = exclusive.stream()
                .map(held -> Duration.between(held.from(), held.until()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new Verdict(
                "nothing was deleted in a region that another had locked",
                history.locks().size() + " grants; exclusive locks: " + exclusive.size() + ", the longest for "
                        + longest.toMillis() + " ms",
                violations);
    }

    private void checkDeletionsIn(LockHistory.Held lock) {
        deletions.stream()
                .filter(deletion -> deletion.name().region().equals(lock.region())
                        && deletion.notBefore().isAfter(lock.from())
                        && deletion.seenAt().isBefore(lock.until()))
                .forEach(deletion -> violations.add(deletion + " went at " + deletion.seenAt() + ", under " + lock));
    }

    /**
     * Checks by one clock, this process's: a file that still existed at a time within the span, and was gone at
     * another.
     */
    private void checkDeletionsIn(Locked lock) {
        deletions.stream()
                .filter(deletion ->
                        deletion.name().region().equals(lock.region().value())
                                && deletion.notBefore().isAfter(lock.from())
                                && deletion.seenAt().isBefore(lock.until()))
                .forEach(deletion -> violations.add(deletion + " went at " + deletion.seenAt() + ", under " + lock));
    }
}
