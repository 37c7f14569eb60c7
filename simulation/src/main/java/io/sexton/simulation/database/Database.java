package io.sexton.simulation.database;

import io.sexton.proto.RegionId;
import io.sexton.simulation.World;
import io.sexton.testkit.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One region of a database: its true state and its current leader. */
public final class Database {
    private final World world;
    private final RegionId region;
    private final DatabaseKind kind;
    private final GroundTruth truth = new GroundTruth();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Migration> migrations = new ArrayList<>();
    private final List<ExclusiveOwner> exclusiveOwners = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();
    private final Operator operator;
    private @Nullable Leader leader;
    private boolean misread;
    private long nextFile;

    public Database(World world, RegionId region, DatabaseKind kind) {
        this.world = world;
        this.region = region;
        this.kind = kind;
        operator = new Operator(world, this);
        world.scheduler().after(Duration.ofSeconds(1), this::elect);
    }

    public RegionId region() {
        return region;
    }

    public DatabaseKind kind() {
        return kind;
    }

    /** Returns the version that its events carry. */
    long published() {
        return kind == DatabaseKind.VERSIONED ? truth.version() : 0;
    }

    /** Returns the root of its files. */
    public String root() {
        return "data/" + region.value();
    }

    public GroundTruth truth() {
        return truth;
    }

    public Operator operator() {
        return operator;
    }

    public List<Reader> readers() {
        return readers;
    }

    public List<Migration> migrations() {
        return migrations;
    }

    /** Returns all that ever requested its exclusive lock. */
    public List<ExclusiveOwner> exclusiveOwners() {
        return exclusiveOwners;
    }

    public List<Branch> branches() {
        return branches;
    }

    /** Returns the current leader, if one is alive. */
    public Optional<Leader> leader() {
        return Optional.ofNullable(leader).filter(Leader::isAlive);
    }

    /** Returns true if the last snapshot whose publication began differs from the manifest. */
    public boolean isMisread() {
        return misread;
    }

    void setMisread(boolean is) {
        misread = is;
    }

    /** Elects a new leader. An earlier one that still runs is not notified. */
    public Leader elect() {
        long epoch = truth.elect(world.scheduler().now());
        leader = new Leader(world, this, epoch);
        return leader;
    }

    /** Reuses the region's name: the region begins without a file. */
    public void beginAnew() {
        world.coverage().met("operation: new life");
        if (kind == DatabaseKind.RETENTION_ONLY) {
            world.coverage().met("operation: new life of a region without a manifest");
        }
        truth.beginAnew(world.scheduler().now());
        elect();
    }

    /** Removes a file of the manifest from storage. */
    public void lose(SeededRandom random) {
        List<String> files = truth.live().stream()
                .filter(path -> world.store().find(root(), path).isPresent())
                .toList();
        if (kind != DatabaseKind.RETENTION_ONLY && !files.isEmpty()) {
            String path = random.any(files);
            world.trace("storage", () -> "loses " + region + " " + path);
            world.coverage().met("fault: a file is lost");
            truth.lose(path);
            world.store().remove(root(), path);
        }
    }

    /** Overwrites garbage without an event. */
    public void overwrite(String path, String when) {
        boolean isOurs =
                truth.notLiveSince(path).isPresent() && !truth.manifest().contains(path);
        leader().filter(Leader::isReady).filter(leader -> isOurs).ifPresent(leader -> {
            world.coverage().met("fault: a writer comes " + when);
            Flush.overwrite(leader, path);
        });
    }

    /** Returns a path that no file ever had. */
    String newPath() {
        return "f" + ++nextFile;
    }

    /** Returns the number of paths ever used. */
    long paths() {
        return nextFile;
    }
}
