package io.sexton.simulation.database;

import io.sexton.proto.RegionId;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One region of a database: what is true of it, and who speaks for it now. */
public final class Database {
    private final World world;
    private final RegionId region;
    private final DatabaseKind kind;
    private final Truth truth = new Truth();
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

    /** The version that it tells others of. */
    long published() {
        return kind == DatabaseKind.VERSIONED ? truth.version() : 0;
    }

    /** Where its files lie. */
    public String root() {
        return "data/" + region.value();
    }

    public Truth truth() {
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

    /** All who ever asked for its exclusive lock. */
    public List<ExclusiveOwner> exclusiveOwners() {
        return exclusiveOwners;
    }

    public List<Branch> branches() {
        return branches;
    }

    /** Who leads, if anybody does. */
    public Optional<Leader> leader() {
        return Optional.ofNullable(leader).filter(Leader::isAlive);
    }

    /** Whether the last snapshot that somebody began to publish is not what the manifest names. */
    public boolean isMisread() {
        return misread;
    }

    void setMisread(boolean is) {
        misread = is;
    }

    /** A new leader takes over; one that still runs does not know it. */
    public Leader elect() {
        long epoch = truth.elect(world.scheduler().now());
        leader = new Leader(world, this, epoch);
        return leader;
    }

    /** The region's name is used again: it begins without a file. */
    public void beginAnew() {
        world.coverage().met("operation: new life");
        if (kind == DatabaseKind.RETENTION_ONLY) {
            world.coverage().met("operation: new life of a region without a manifest");
        }
        truth.beginAnew(world.scheduler().now());
        elect();
    }

    /** Storage loses a file of the manifest. */
    public void lose(Dice dice) {
        List<String> files = truth.live().stream()
                .filter(path -> world.store().find(root(), path).isPresent())
                .toList();
        if (kind != DatabaseKind.RETENTION_ONLY && !files.isEmpty()) {
            String path = dice.any(files);
            world.say("storage", () -> "loses " + region + " " + path);
            world.coverage().met("fault: a file is lost");
            truth.lose(path);
            world.store().remove(root(), path);
        }
    }

    /** Writes over garbage, and asks nobody. */
    public void overwrite(String path, String when) {
        boolean isOurs =
                truth.notLiveSince(path).isPresent() && !truth.manifest().contains(path);
        leader().filter(Leader::isReady).filter(leader -> isOurs).ifPresent(leader -> {
            world.coverage().met("fault: a writer comes " + when);
            Flush.overwrite(leader, path);
        });
    }

    /** A path that no file ever had. */
    String newPath() {
        return "f" + ++nextFile;
    }

    /** How many paths were ever used. */
    long paths() {
        return nextFile;
    }
}
