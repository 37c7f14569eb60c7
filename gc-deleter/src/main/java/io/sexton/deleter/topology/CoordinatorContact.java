package io.sexton.deleter.topology;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The contact of a group's member with its coordinators: when it succeeded last, and the messages about an outage, one
 * when it begins, one when it ends, and one a minute between. An outage of all brokers has messages of its own. Written by
 * one thread, read by any.
 */
final class CoordinatorContact {

    /** The two coordinators that have to accept a commit. They may be two brokers, one of which alone may be silent. */
    enum Coordinator {
        GROUP("group coordinator of"),
        TRANSACTION("transaction coordinator for the reports of");

        private final String phrase;

        Coordinator(String phrase) {
            this.phrase = phrase;
        }
    }

    /** Interval between two contacts of a member that has nothing to commit. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** An election of a coordinator, or a rebalance, takes less. An outage of all brokers is known by then as such. */
    private static final Duration OUTAGE = Duration.ofSeconds(15);

    /** Leaves time for the poller of the readiness, which has to be false 30 s after the last answer. */
    private static final Duration READY = Duration.ofSeconds(20);

    private static final Duration BETWEEN_MESSAGES = Duration.ofMinutes(1);

    private final String group;
    private final Supplier<Duration> brokersAnswering;
    private final Consumer<String> messages;
    private volatile Duration answered;
    private volatile boolean lost;
    private Duration attempted;
    private @Nullable Duration reported;
    private Coordinator silent = Coordinator.GROUP;

    /**
     * @param group the group's id
     * @param now when the first contact can be expected from
     * @param brokersAnswering how long brokers have answered other requests, without a pause until now
     * @param messages takes what operators read
     */
    CoordinatorContact(String group, Duration now, Supplier<Duration> brokersAnswering, Consumer<String> messages) {
        this.group = group;
        this.brokersAnswering = brokersAnswering;
        this.messages = messages;
        this.answered = now;
        this.attempted = now;
    }

    /** Enters that both coordinators have accepted a request of this member. */
    void answered(Duration now) {
        if (lost) {
            messages.accept(silent.phrase + " '" + group + "' answers again after "
                    + now.minus(answered).toSeconds() + " s: deletions go on");
        }
        answered = now;
        attempted = now;
        lost = false;
        reported = null;
    }

    /** Enters a request to a coordinator that was not answered, or refused. */
    void failed(Coordinator coordinator, Throwable why, Duration now) {
        attempted = now;
        // A coordinator that restarts with its broker has as long to answer as any other.
        if (now.minus(answered).compareTo(OUTAGE) < 0
                || brokersAnswering.get().compareTo(OUTAGE) < 0
                || (reported != null && now.minus(reported).compareTo(BETWEEN_MESSAGES) < 0)) {
            return;
        }
        lost = true;
        reported = now;
        silent = coordinator;
        messages.accept("cannot reach " + coordinator.phrase + " '" + group + "': no deletion starts until it answers ("
                + why + ")");
    }

    /** Returns whether a request is due as a mere probe of the coordinator. */
    boolean isDue(Duration now) {
        return now.minus(attempted).compareTo(INTERVAL) >= 0;
    }

    /** Returns whether the outage has been reported and has not ended. */
    boolean isLost() {
        return lost;
    }

    /** Returns whether the coordinator has answered lately. */
    boolean isReached(Duration now) {
        return !lost && now.minus(answered).compareTo(READY) < 0;
    }
}
