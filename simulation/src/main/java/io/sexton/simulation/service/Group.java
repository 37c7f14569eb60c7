package io.sexton.simulation.service;

import io.sexton.simulation.World;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A consumer group as Kafka's coordinator keeps it: who owns which partition, in which epoch, and what is committed. A
 * member that pauses for longer than the session time-out loses its partitions and does not know it: a zombie, whose
 * transactions are fenced.
 */
final class Group {
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration HAND_OVER = Duration.ofMillis(300);

    /** A process in the group. */
    interface Member {
        SimulatedProcess process();

        /** The partition is its own from now on, in this epoch. */
        void assigned(int partition, int epoch);

        /** It is to finish what it can: another one gets the partition. */
        void revoked(int partition);

        /** It has lost everything, and is notified only now. */
        void evicted();
    }

    private final World world;
    private final SeededRandom random;
    private final List<Member> members = new ArrayList<>();
    private final @Nullable Member[] owners;
    private final int[] epochs;
    private final long[] committed;
    private final String[] metadata;
    private final Set<SimulatedProcess> cutOff = new HashSet<>();
    private final Map<Loss, Instant> losses = new HashMap<>();

    private record Loss(String process, int partition) {}

    Group(World world, String name) {
        this.world = world;
        random = world.random("group-" + name);
        owners = new Member[world.log().partitions()];
        epochs = new int[owners.length];
        committed = new long[owners.length];
        metadata = new String[owners.length];
        Arrays.fill(metadata, "");
    }

    /** A new process, or one that was evicted. What the process before it owned is dealt out anew. */
    void join(Member member) {
        if (!member.process().isAlive()) {
            return;
        }
        for (int partition = 0; partition < owners.length; partition++) {
            if (member.equals(owners[partition])) {
                owners[partition] = null;
            }
        }
        members.remove(member);
        members.add(member);
        rebalance();
    }

    /** It died: the group finds out when its session ends. */
    void died(Member member) {
        SimulatedProcess dead = member.process();
        world.scheduler().after(SESSION, () -> {
            if (member.process().equals(dead) && members.remove(member)) {
                rebalance();
            }
        });
    }

    /** Its machine pauses: if that lasts, the group takes it for dead. */
    void pauses(Member member) {
        world.scheduler().after(SESSION, () -> {
            if (member.process().machine().isPaused() && members.remove(member)) {
                world.coverage().met("fault: member evicted while it pauses");
                rebalance();
                member.process().later(Duration.ZERO, () -> {
                    member.evicted();
                    member.process().later(HAND_OVER, () -> join(member));
                });
            }
        });
    }

    /** For a while nothing passes between a member and the coordinator; all else reaches it. It joins anew afterwards. */
    void cutOff(Member member, Duration length) {
        SimulatedProcess process = member.process();
        if (!process.isAlive() || !cutOff.add(process)) {
            return;
        }
        world.trace(process.name(), () -> "is cut off from its group coordinator");
        world.scheduler().after(SESSION, () -> {
            if (!reaches(process) && members.remove(member)) {
                world.coverage().met("fault: member evicted while it is cut off");
                rebalance();
            }
        });
        world.scheduler().after(length, () -> {
            cutOff.remove(process);
            process.later(Duration.ZERO, () -> {
                member.evicted();
                process.later(HAND_OVER, () -> join(member));
            });
        });
    }

    /** Whether requests of the process to the coordinator are answered. */
    boolean reaches(SimulatedProcess process) {
        return !cutOff.contains(process);
    }

    /** When the partition became another one's, whether or not the process knows; empty while it is its own. */
    Optional<Instant> lostAt(String process, int partition) {
        return Optional.ofNullable(losses.get(new Loss(process, partition)));
    }

    /** Deals the partitions out anew. */
    void rebalance() {
        for (int partition = 0; partition < owners.length; partition++) {
            Member old = owners[partition];
            boolean oldStays = old != null && members.contains(old);
            if (members.isEmpty()) {
                owners[partition] = null;
                epochs[partition]++;
                continue;
            }
            Member next = random.any(members);
            if (oldStays && (next.equals(old) || random.oneIn(2))) {
                continue;
            }
            if (old != null) {
                losses.put(
                        new Loss(old.process().name(), partition),
                        world.scheduler().now());
            }
            if (old != null
                    && oldStays
                    && old.process().isAlive()
                    && reaches(old.process())
                    && !old.process().machine().isPaused()) {
                old.revoked(partition);
            }
            owners[partition] = next;
            int epoch = ++epochs[partition];
            int assigned = partition;
            next.process().later(HAND_OVER, () -> {
                if (isCurrent(assigned, epoch) && reaches(next.process())) {
                    losses.remove(new Loss(next.process().name(), assigned));
                    next.assigned(assigned, epoch);
                }
            });
        }
    }

    /** Whether the epoch is the partition's: what a broker checks when a transaction wants to commit. */
    boolean isCurrent(int partition, int epoch) {
        return epochs[partition] == epoch;
    }

    long committed(int partition) {
        return committed[partition];
    }

    /** Returns the metadata of the committed offset. */
    String metadata(int partition) {
        return metadata[partition];
    }

    void commit(int partition, long offset) {
        commit(partition, offset, "");
    }

    void commit(int partition, long offset, String text) {
        committed[partition] = offset;
        metadata[partition] = text;
    }
}
