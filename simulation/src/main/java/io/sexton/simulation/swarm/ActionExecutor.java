package io.sexton.simulation.swarm;

import io.sexton.proto.Times;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.Branch;
import io.sexton.simulation.database.Compaction;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.database.Drop;
import io.sexton.simulation.database.Flush;
import io.sexton.simulation.database.Leader;
import io.sexton.simulation.database.Migration;
import io.sexton.simulation.database.Reader;
import io.sexton.simulation.database.TrashRestore;
import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Executes the actions of a plan. */
final class ActionExecutor {
    private static final byte[] UNREADABLE = {(byte) 0xFF, 1, 2, 3};
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TWENTY_MINUTES = Duration.ofMinutes(20);
    private static final Duration TOLERATED = Duration.ofMinutes(4);
    private static final Duration FAR_OFF = Duration.ofHours(5);
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world;

    ActionExecutor(World world) {
        this.world = world;
    }

    void execute(PlannedAction action) {
        SeededRandom random = world.random("intent-" + action.number());
        Database database = random.any(world.databases());
        String name = database.region() + "-" + action.kind() + "-" + action.number();
        world.trace("action " + action.number(), () -> action.kind() + " " + database.region());
        world.coverage().met("action: " + action.kind());
        int which = random.below(100);
        switch (action.kind()) {
            case FLUSH -> flush(database, Flush.Course.GOOD, random);
            case FLUSH_SLOWLY -> flush(database, Flush.Course.SLOW, random);
            case FLUSH_AND_FAIL -> flush(database, Flush.Course.FAILS, random);
            case FLUSH_AND_FORGET -> flush(database, Flush.Course.FORGOTTEN, random);
            case REUSE_A_PATH -> flush(database, Flush.Course.REUSES_A_PATH, random);
            case REUSE_A_PATH_RASHLY -> flush(database, Flush.Course.REUSES_A_PATH_RASHLY, random);
            case REVIVE_A_FILE -> flush(database, Flush.Course.REVIVES, random);
            case COMPACT -> compact(database, Compaction.Course.GOOD, random);
            case COMPACT_SLOWLY -> compact(database, Compaction.Course.SLOW, random);
            case COMPACT_AND_RENEW -> compact(database, Compaction.Course.RENEWED, random);
            case COMPACT_AND_FAIL -> compact(database, Compaction.Course.FAILS, random);
            case COMPACT_AND_LOSE_TRACK -> compact(database, Compaction.Course.LOST, random);
            case SNAPSHOT -> database.leader().ifPresent(Leader::snapshotSoon);
            case LEADER_DIES -> {
                database.leader().ifPresent(Leader::crash);
                world.scheduler().after(random.between(SECOND, TWENTY_MINUTES), () -> electIfNobodyLeads(database));
            }
            case LEADER_PAUSES -> database.leader().ifPresent(leader -> leader.pause(random.between(SECOND, HOUR)));
            case FAIL_OVER -> electUnlessDropped(database);
            case DROP -> ready(database, Drop::begin);
            case RESTORE -> database.leader().ifPresent(Drop::restore);
            case BEGIN_ANEW -> {
                if (database.truth().isDropped()) {
                    database.beginAnew();
                }
            }
            case RESTORE_FROM_THE_TRASH -> TrashRestore.begin(world, database, name, false, random);
            case RESTORE_FROM_THE_TRASH_AND_DIE -> TrashRestore.begin(world, database, name, true, random);
            case MIGRATE -> Migration.begin(world, database, name, random);
            case BRANCH -> Branch.begin(world, database, name, random.between(MINUTE, HOUR.multipliedBy(6)), random);
            case READ -> read(database, name, Reader.End.FINISHES, random);
            case READ_AND_DIE -> read(database, name, Reader.End.DIES, random);
            case READ_AND_STALL -> read(database, name, Reader.End.STALLS, random);
            case HOLD -> database.operator().hold(name, random.any(List.of("", "f", "f1", "f2")));
            case RELEASE_HOLDS -> database.operator().releaseAll();
            case SCAN -> database.operator().scan();
            case UNREADABLE_RECORD ->
                world.log()
                        .partition(Topics.EVENTS, world.partitionOf(database.region()))
                        .append(database.region().toKey(), UNREADABLE);
            case STREAMS_DIES -> world.streams().crash(which, random.between(SECOND, TWENTY_MINUTES));
            case STREAMS_PAUSES -> world.streams().pause(which, random.between(SECOND, TWENTY_MINUTES));
            case STREAMS_REBALANCES -> world.streams().rebalance();
            case COORDINATOR_DIES -> world.coordinator().crash(which, random.between(SECOND, TWENTY_MINUTES));
            case COORDINATOR_PAUSES -> world.coordinator().pause(which, random.between(SECOND, TWENTY_MINUTES));
            case COORDINATOR_REBALANCES -> world.coordinator().rebalance();
            case DELETER_DIES -> world.deleters().crash(which, random.between(SECOND, TWENTY_MINUTES));
            case DELETER_PAUSES -> world.deleters().pause(which, random.between(SECOND, TWENTY_MINUTES));
            case DELETER_REBALANCES -> world.deleters().rebalance();
            case DELETER_CUT_OFF -> world.deleters().cutOff(which, random.between(SECOND, TWENTY_MINUTES));
            case BROKER_CLOCK_STEPS -> world.log().setClockError(clockError(random, TOLERATED));
            case WALL_CLOCK_STEPS ->
                random.any(random.any(world.folds()).machines()).setWallError(clockError(random, FAR_OFF));
            case LOG_UNREACHABLE -> outage(world.log()::setReachable, random);
            case STORE_UNREACHABLE -> outage(world.store()::setReachable, random);
            case ARCHIVE_UNREACHABLE -> outage(world.archive()::setReachable, random);
            case HOLD_FOR_A_WHILE ->
                database.operator()
                        .holdFor(
                                name,
                                random.any(List.of("", "f", "f1", "f2")),
                                random.between(TWENTY_MINUTES, HOUR.multipliedBy(6)));
            case EXPEDITE -> database.operator().expedite(random.any(List.of("", "f", "f1")));
            case SCAN_UNDER_ANOTHER_PREFIX -> database.operator().scanUnderAnotherPrefix();
            case SNAPSHOT_EMPTY -> ready(database, leader -> leader.misread(Leader.Misreading.EMPTY));
            case SNAPSHOT_HALF_READ -> ready(database, leader -> leader.misread(Leader.Misreading.HALF_READ));
            case SNAPSHOT_FOREIGN -> ready(database, leader -> leader.misread(Leader.Misreading.FOREIGN));
            case LOSE_A_FILE -> database.lose(random);
            case ALL_WALL_CLOCKS_STEP ->
                world.folds()
                        .forEach(service -> service.machines()
                                .forEach(machine -> machine.setWallError(clockError(random, FAR_OFF))));
        }
    }

    /**
     * Returns a clock error: mostly within the tolerance, and sometimes far beyond.
     *
     * @param mostBehind a broker that is further behind than that defeats I3, see docs/testing.md
     */
    private static Duration clockError(SeededRandom random, Duration mostBehind) {
        Duration most = random.oneIn(3) ? FAR_OFF : TOLERATED;
        Duration behind = Times.shorter(most, mostBehind);
        return random.oneIn(3) ? Duration.ZERO : random.between(behind.negated(), most);
    }

    private void outage(Consumer<Boolean> reachable, SeededRandom random) {
        reachable.accept(false);
        world.scheduler().after(random.between(SECOND, TWENTY_MINUTES), () -> reachable.accept(true));
    }

    private static void ready(Database database, Consumer<Leader> action) {
        database.leader().filter(Leader::isReady).ifPresent(action);
    }

    private static void flush(Database database, Flush.Course course, SeededRandom random) {
        ready(database, leader -> Flush.begin(leader, course, random));
    }

    private static void compact(Database database, Compaction.Course course, SeededRandom random) {
        ready(database, leader -> Compaction.begin(leader, course, random));
    }

    private void read(Database database, String name, Reader.End end, SeededRandom random) {
        Reader.begin(world, database, name, end, random.between(MINUTE, HOUR.multipliedBy(3)), random);
    }

    private static void electIfNobodyLeads(Database database) {
        if (database.leader().isEmpty()) {
            database.elect();
        }
    }

    private static void electUnlessDropped(Database database) {
        if (!database.truth().isDropped()) {
            database.elect();
        }
    }
}
