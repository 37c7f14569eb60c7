package io.sexton.cli.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The faults of a run and their times, drawn from the seed. Pure.
 *
 * <p>One broker at a time is disturbed, since two of three replicas must be in sync for any progress; and one clock at
 * a time is wrong, since that is what the promise about time allows for (I3). Services may all be disturbed at once.
 */
record Plan(List<Step> steps) {

    /** @param at since the beginning */
    record Step(Duration at, Fault fault) {}

    enum Kind {
        KILL,
        RESTART,
        PAUSE,
        CUT,
        CUT_FROM_COORDINATOR,
        FILL_DISK,
        STEP_CLOCK
    }

    /**
     * Upper bound on the advance of a broker's clock. Never behind: that makes facts early (design, section 4,
     * "Limit").
     */
    static final Duration BROKERS_AHEAD = Duration.ofSeconds(30);

    /** The lane of brokers. */
    static final String BROKERS = "brokers";

    private static final String CLOCKS = "clocks";
    private static final Duration BROKER_RECOVERS = Duration.ofSeconds(15);
    private static final Duration SERVICE_RECOVERS = Duration.ofSeconds(8);
    private static final int MOST_TRIES = 20;

    Plan {
        steps = List.copyOf(steps);
    }

    /** Returns the lane of a fault; faults of one lane never overlap. */
    static String lane(Fault fault) {
        if (fault instanceof Fault.StepClock) {
            return CLOCKS;
        }
        return isBroker(fault.member()) ? BROKERS : fault.member();
    }

    static boolean isBroker(String member) {
        return member.startsWith("broker-");
    }

    static boolean isDeleter(String member) {
        return member.startsWith("deleter-");
    }

    static boolean hasState(String member) {
        return member.startsWith("streams-") || member.startsWith("coordinator-");
    }

    /** @param possible the faults that this machine supports */
    static Plan of(long seed, Duration length, List<String> members, Set<Kind> possible) {
        Random random = new Random(seed);
        List<Kind> kinds = List.copyOf(EnumSet.copyOf(possible));
        Map<String, Duration> free = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        Duration at = Duration.ofSeconds(2);
        while (at.compareTo(length) < 0) {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                Kind kind = kinds.get(random.nextInt(kinds.size()));
                String member = members.get(random.nextInt(members.size()));
                Fault fault = fault(kind, member, random);
                Duration since = free.getOrDefault(lane(fault), Duration.ZERO);
                if (fits(kind, member) && since.compareTo(at) <= 0) {
                    steps.add(new Step(at, fault));
                    Duration recovery = isBroker(member) ? BROKER_RECOVERS : SERVICE_RECOVERS;
                    free.put(lane(fault), at.plus(fault.length()).plus(recovery));
                    break;
                }
            }
            at = at.plusMillis(1_000 + random.nextInt(4_000));
        }
        return new Plan(steps);
    }

    private static boolean fits(Kind kind, String member) {
        return switch (kind) {
            case FILL_DISK -> hasState(member);
            case CUT_FROM_COORDINATOR -> isDeleter(member);
            case KILL, RESTART, PAUSE, CUT, STEP_CLOCK -> true;
        };
    }

    private static Fault fault(Kind kind, String member, Random random) {
        boolean broker = isBroker(member);
        return switch (kind) {
            case KILL -> new Fault.Kill(member, seconds(random, 0, 8));
            case RESTART -> new Fault.Restart(member, seconds(random, 0, 2));
            // A service outlives its lease of 22 s, and a transaction's time-out of 10 s.
            case PAUSE -> new Fault.Pause(member, broker ? seconds(random, 5, 20) : seconds(random, 12, 40));
            case CUT -> new Fault.Cut(member, broker ? seconds(random, 5, 20) : seconds(random, 5, 35));
            // Longer than a session, and than a lease.
            case CUT_FROM_COORDINATOR -> new Fault.CutFromCoordinator(member, seconds(random, 10, 45));
            case FILL_DISK -> new Fault.FillDisk(member, seconds(random, 5, 15));
            case STEP_CLOCK ->
                new Fault.StepClock(
                        member,
                        broker
                                ? seconds(random, 5, (int) BROKERS_AHEAD.toSeconds())
                                : seconds(random, 10, 60).multipliedBy(random.nextBoolean() ? 1 : -1),
                        seconds(random, 5, 20));
        };
    }

    private static Duration seconds(Random random, int least, int most) {
        return Duration.ofMillis(least * 1_000L + random.nextInt((most - least) * 1_000 + 1));
    }
}
