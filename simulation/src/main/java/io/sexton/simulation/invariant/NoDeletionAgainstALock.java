package io.sexton.simulation.invariant;

import io.sexton.deleter.core.StorageCall;
import io.sexton.fold.core.Output;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.World;
import io.sexton.simulation.database.ExclusiveOwner;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * I4. Nothing is deleted while somebody may believe that it is alone; and no storage call starts before the deleter
 * has seen what followed from all that was logged before its own grant.
 */
final class NoDeletionAgainstALock implements Invariant {
    private record Holder(RegionId region, String owner) {}

    /** A revoke, and where it stands in the commands. */
    private record Revoke(RegionId region, long input, long offset) {}

    private final World world;
    /** How far the events had come when a lock was granted, and when that was. */
    private record Grant(long logged, Instant at) {}

    private final Map<Holder, Grant> grants = new HashMap<>();

    private final List<Revoke> revokes = new ArrayList<>();

    NoDeletionAgainstALock(World world) {
        this.world = world;
    }

    @Override
    public void emitted(int partition, long input, Output.Emitted output) {
        if (output.message() instanceof LockEvent event && event.hasGranted()) {
            grants.put(
                    new Holder(output.region(), event.getOwner()),
                    new Grant(
                            world.log().partition(Topics.EVENTS, partition).end(),
                            world.scheduler().now()));
        } else if (output.message() instanceof GcCommand command && command.hasRevoke()) {
            revokes.add(new Revoke(output.region(), input, offsetOf(partition, command)));
        }
    }

    /** It was appended a moment ago. */
    private long offsetOf(int partition, GcCommand command) {
        SimulatedLog.Partition commands = world.log().partition(Topics.DELETE_COMMANDS, partition);
        byte[] bytes = command.toByteArray();
        long offset = commands.end() - 1;
        while (!Arrays.equals(bytes, commands.at(offset).value())) {
            offset--;
        }
        return offset;
    }

    @Override
    public void callStarts(String deleter, StorageCall call, long position) {
        RegionId region = call.root().region();
        Grant grant = grants.get(new Holder(region, deleter));
        if (grant == null) {
            throw new Violation("I4", deleter + " calls storage for " + region + " without ever having had its lock");
        }
        if (world.deleters()
                .lostAt(deleter, call.partition())
                .filter(lost -> lost.isBefore(grant.at()))
                .isPresent()) {
            throw new Violation(
                    "I4",
                    deleter + " calls storage for " + region
                            + " under a grant that came when the partition was another deleter's");
        }
        long before = grant.logged();
        if (world.streams().folded(call.partition()) < before) {
            throw new Violation(
                    "I4",
                    deleter + " calls storage for " + region + ", but what was logged before its grant is not folded");
        }
        for (Revoke revoke : revokes) {
            if (revoke.region().equals(region) && revoke.input() < before && revoke.offset() >= position) {
                throw new Violation("I4", deleter + " calls storage for " + region + " before it has read a revoke");
            }
        }
    }

    @Override
    public void deleted(String deleter, RegionId region, StoredObject object) {
        for (ExclusiveOwner owner : world.database(region).exclusiveOwners()) {
            if (owner.isAlone()) {
                throw new Violation(
                        "I4",
                        deleter + " deleted " + region + " " + object.path() + " while " + owner.name()
                                + " holds the exclusive lock");
            }
        }
    }

    @Override
    public void check() {
        world.databases().forEach(database -> {
            long alone = database.exclusiveOwners().stream()
                    .filter(ExclusiveOwner::isAlone)
                    .count();
            if (alone > 1) {
                throw new Violation("I4", alone + " owners hold the exclusive lock of " + database.region());
            }
        });
    }
}
