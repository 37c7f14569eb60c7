package io.sexton.simulation.swarm;

import java.time.Duration;

/**
 * One action of a plan: an operation of a database or an operator, or a fault. Its effect depends on the world at that
 * time. Its random choices do not, so that one action can be removed without a change of the others.
 *
 * @param number its index in the plan, and the seed of its random choices
 * @param after time since the beginning
 */
public record PlannedAction(int number, Duration after, Kind kind) {
    /** The kinds of actions. */
    public enum Kind {
        FLUSH,
        FLUSH_SLOWLY,
        FLUSH_AND_FAIL,
        FLUSH_AND_FORGET,
        REUSE_A_PATH,
        REUSE_A_PATH_RASHLY,
        REVIVE_A_FILE,
        COMPACT,
        COMPACT_SLOWLY,
        COMPACT_AND_RENEW,
        COMPACT_AND_FAIL,
        COMPACT_AND_LOSE_TRACK,
        SNAPSHOT,
        LEADER_DIES,
        LEADER_PAUSES,
        FAIL_OVER,
        DROP,
        RESTORE,
        BEGIN_ANEW,
        RESTORE_FROM_THE_TRASH,
        RESTORE_FROM_THE_TRASH_AND_DIE,
        MIGRATE,
        BRANCH,
        READ,
        READ_AND_DIE,
        READ_AND_STALL,
        HOLD,
        RELEASE_HOLDS,
        SCAN,
        UNREADABLE_RECORD,
        STREAMS_DIES,
        STREAMS_PAUSES,
        STREAMS_REBALANCES,
        COORDINATOR_DIES,
        COORDINATOR_PAUSES,
        COORDINATOR_REBALANCES,
        DELETER_DIES,
        DELETER_PAUSES,
        DELETER_REBALANCES,
        DELETER_CUT_OFF,
        BROKER_CLOCK_STEPS,
        WALL_CLOCK_STEPS,
        LOG_UNREACHABLE,
        STORE_UNREACHABLE,
        ARCHIVE_UNREACHABLE,
        HOLD_FOR_A_WHILE,
        EXPEDITE,
        SCAN_UNDER_ANOTHER_PREFIX,
        SNAPSHOT_EMPTY,
        SNAPSHOT_HALF_READ,
        SNAPSHOT_FOREIGN,
        LOSE_A_FILE,
        ALL_WALL_CLOCKS_STEP;

        /** Returns true if it sets a clock beyond the error of machines without a fault. */
        boolean stepsClocks() {
            return this == BROKER_CLOCK_STEPS || this == WALL_CLOCK_STEPS || this == ALL_WALL_CLOCKS_STEP;
        }
    }
}
