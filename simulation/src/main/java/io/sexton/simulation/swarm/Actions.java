package io.sexton.simulation.swarm;

import io.sexton.fold.core.Times;
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
import io.sexton.simulation.kernel.Dice;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Carries intents out. */
final class Actions {
    private static final byte[] UNREADABLE = {(byte) 0xFF, 1, 2, 3};
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TWENTY_MINUTES = Duration.ofMinutes(20);
    private static final Duration TOLERATED = Duration.ofMinutes(4);
    private static final Duration FAR_OFF = Duration.ofHours(5);
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world;

    Actions(World world) {
        this.world = world;
    }

    void carryOut(Intent intent) {
        Dice dice = world.dice("intent-" + intent.number());
        Database database = dice.any(world.databases());
        String name = database.region() + "-" + intent.kind() + "-" + intent.number();
        world.say("intent " + intent.number(), () -> intent.kind() + " " + database.region());
        world.coverage().met("intent: " + intent.kind());
        int which = dice.below(100);
        switch (intent.kind()) {
            case FLUSH -> flush(database, Flush.Course.GOOD, dice);
            case FLUSH_SLOWLY -> flush(database, Flush.Course.SLOW, dice);
            case FLUSH_AND_FAIL -> flush(database, Flush.Course.FAILS, dice);
            case FLUSH_AND_FORGET -> flush(database, Flush.Course.FORGOTTEN, dice);
            case REUSE_A_PATH -> flush(database, Flush.Course.REUSES_A_PATH, dice);
            case REUSE_A_PATH_RASHLY -> flush(database, Flush.Course.REUSES_A_PATH_RASHLY, dice);
            case REVIVE_A_FILE -> flush(database, Flush.Course.REVIVES, dice);
            case COMPACT -> compact(database, Compaction.Course.GOOD, dice);
            case COMPACT_SLOWLY -> compact(database, Compaction.Course.SLOW, dice);
            case COMPACT_AND_RENEW -> compact(database, Compaction.Course.RENEWED, dice);
            case COMPACT_AND_FAIL -> compact(database, Compaction.Course.FAILS, dice);
            case COMPACT_AND_LOSE_TRACK -> compact(database, Compaction.Course.LOST, dice);
            case SNAPSHOT -> database.leader().ifPresent(Leader::snapshotSoon);
            case LEADER_DIES -> {
                database.leader().ifPresent(Leader::crash);
                world.scheduler().after(dice.between(SECOND, TWENTY_MINUTES), () -> electIfNobodyLeads(database));
            }
            case LEADER_PAUSES -> database.leader().ifPresent(leader -> leader.pause(dice.between(SECOND, HOUR)));
            case FAIL_OVER -> electUnlessDropped(database);
            case DROP -> ready(database, Drop::begin);
            case RESTORE -> database.leader().ifPresent(Drop::restore);
            case BEGIN_ANEW -> {
                if (database.truth().isDropped()) {
                    database.beginAnew();
                }
            }
            case RESTORE_FROM_THE_TRASH -> TrashRestore.begin(world, database, name, false, dice);
            case RESTORE_FROM_THE_TRASH_AND_DIE -> TrashRestore.begin(world, database, name, true, dice);
            case MIGRATE -> Migration.begin(world, database, name, dice);
            case BRANCH -> Branch.begin(world, database, name, dice.between(MINUTE, HOUR.multipliedBy(6)), dice);
            case READ -> read(database, name, Reader.End.FINISHES, dice);
            case READ_AND_DIE -> read(database, name, Reader.End.DIES, dice);
            case READ_AND_STALL -> read(database, name, Reader.End.STALLS, dice);
            case HOLD -> database.operator().hold(name, dice.any(List.of("", "f", "f1", "f2")));
            case RELEASE_HOLDS -> database.operator().releaseAll();
            case SCAN -> database.operator().scan();
            case UNREADABLE_RECORD ->
                world.log()
                        .partition(Topics.EVENTS, world.partitionOf(database.region()))
                        .append(database.region().toKey(), UNREADABLE);
            case STREAMS_DIES -> world.streams().crash(which, dice.between(SECOND, TWENTY_MINUTES));
            case STREAMS_PAUSES -> world.streams().pause(which, dice.between(SECOND, TWENTY_MINUTES));
            case STREAMS_REBALANCES -> world.streams().rebalance();
            case COORDINATOR_DIES ->
                world.coordinator().crash(which, dice.between(SECOND, TWENTY_MINUTES));
            case COORDINATOR_PAUSES ->
                world.coordinator().pause(which, dice.between(SECOND, TWENTY_MINUTES));
            case COORDINATOR_REBALANCES -> world.coordinator().rebalance();
            case DELETER_DIES -> world.deleters().crash(which, dice.between(SECOND, TWENTY_MINUTES));
            case DELETER_PAUSES -> world.deleters().pause(which, dice.between(SECOND, TWENTY_MINUTES));
            case DELETER_REBALANCES -> world.deleters().rebalance();
            case DELETER_CUT_OFF -> world.deleters().cutOff(which, dice.between(SECOND, TWENTY_MINUTES));
            case BROKER_CLOCK_STEPS -> world.log().setClockError(wrong(dice, TOLERATED));
            case WALL_CLOCK_STEPS ->
                dice.any(dice.any(world.folds()).machines()).setWallError(wrong(dice, FAR_OFF));
            case LOG_UNREACHABLE -> outage(world.log()::setReachable, dice);
            case STORE_UNREACHABLE -> outage(world.store()::setReachable, dice);
            case ARCHIVE_UNREACHABLE -> outage(world.archive()::setReachable, dice);
            case HOLD_FOR_A_WHILE ->
                database.operator()
                        .holdFor(
                                name,
                                dice.any(List.of("", "f", "f1", "f2")),
                                dice.between(TWENTY_MINUTES, HOUR.multipliedBy(6)));
            case EXPEDITE -> database.operator().expedite(dice.any(List.of("", "f", "f1")));
            case SCAN_UNDER_ANOTHER_PREFIX -> database.operator().scanUnderAnotherPrefix();
            case SNAPSHOT_EMPTY -> ready(database, leader -> leader.misread(Leader.Misreading.EMPTY));
            case SNAPSHOT_HALF_READ -> ready(database, leader -> leader.misread(Leader.Misreading.HALF_READ));
            case SNAPSHOT_FOREIGN -> ready(database, leader -> leader.misread(Leader.Misreading.FOREIGN));
            case LOSE_A_FILE -> database.lose(dice);
            case ALL_WALL_CLOCKS_STEP ->
                world.folds()
                        .forEach(service ->
                                service.machines().forEach(machine -> machine.setWallError(wrong(dice, FAR_OFF))));
        }
    }

    /**
     * Mostly within what is tolerated, and sometimes far beyond.
     *
     * @param mostBehind a broker that is further behind than that defeats I3, see docs/testing.md
     */
    private static Duration wrong(Dice dice, Duration mostBehind) {
        Duration most = dice.oneIn(3) ? FAR_OFF : TOLERATED;
        Duration behind = Times.shorter(most, mostBehind);
        return dice.oneIn(3) ? Duration.ZERO : dice.between(behind.negated(), most);
    }

    private void outage(Consumer<Boolean> reachable, Dice dice) {
        reachable.accept(false);
        world.scheduler().after(dice.between(SECOND, TWENTY_MINUTES), () -> reachable.accept(true));
    }

    private static void ready(Database database, Consumer<Leader> action) {
        database.leader().filter(Leader::isReady).ifPresent(action);
    }

    private static void flush(Database database, Flush.Course course, Dice dice) {
        ready(database, leader -> Flush.begin(leader, course, dice));
    }

    private static void compact(Database database, Compaction.Course course, Dice dice) {
        ready(database, leader -> Compaction.begin(leader, course, dice));
    }

    private void read(Database database, String name, Reader.End end, Dice dice) {
        Reader.begin(world, database, name, end, dice.between(MINUTE, HOUR.multipliedBy(3)), dice);
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
