package io.sexton.simulation.database;

import io.sexton.client.RejectedException;
import io.sexton.client.SextonClient;
import io.sexton.client.pins.PinListener;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.client.pins.ReaderPin;
import io.sexton.proto.FilePath;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.kernel.SimulatedProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A query: pins what it reads, waits for the answer, reads, and ends in one way or another. */
public final class Reader {
    /** How it ends. */
    public enum End {
        FINISHES,
        DIES,
        /** Its machine freezes for longer than its pin lives; then it goes on, and asks whether it may. */
        STALLS
    }

    private static final String TEMP_MANIFEST = "manifest-of-";

    private final World world;
    private final Database database;
    private final SimulatedProcess process;
    private final Set<String> files;
    private final Optional<String> tempManifest;
    private final boolean forgetful;
    private final boolean byVersion;
    private final ReaderPin pin;
    private boolean reading;
    private Instant began = Instant.MAX;

    private Reader(
            World world,
            Database database,
            String name,
            PinTarget target,
            boolean byVersion,
            Set<String> files,
            Duration ttl,
            Dice dice) {
        this.world = world;
        this.byVersion = byVersion;
        this.database = database;
        this.files = new TreeSet<>(files);
        tempManifest = dice.oneIn(3) ? Optional.of(TEMP_MANIFEST + name) : Optional.empty();
        forgetful = dice.oneIn(3);
        process = world.process(name);
        SextonClient client = world.client(process, Duration.ofHours(24));
        PinOptions options = PinOptions.ttl(ttl).listener(new Listener());
        pin = client.pins()
                .request(
                        database.region(),
                        target,
                        tempManifest
                                .map(FilePath::of)
                                .map(options::tempManifest)
                                .orElse(options));
        database.readers().add(this);
    }

    /** Begins to read, one of the last versions or some files that are in storage. */
    public static void begin(World world, Database database, String name, End end, Duration length, Dice dice) {
        Truth truth = database.truth();
        Duration ttl = dice.between(Duration.ofSeconds(20), Duration.ofMinutes(5));
        Reader reader;
        if (dice.oneIn(2)) {
            long version = Math.max(0, truth.version() - dice.below(3));
            Set<String> files = truth.filesOf(version).orElse(Collections.emptySortedSet());
            reader = new Reader(world, database, name, PinTarget.atVersion(version), true, files, ttl, dice);
        } else {
            Set<String> files = new TreeSet<>();
            world.store().list(database.root()).keySet().stream()
                    .filter(each -> !each.startsWith(TEMP_MANIFEST) && dice.oneIn(2))
                    .forEach(files::add);
            if (files.isEmpty()) {
                return;
            }
            PinTarget target = PinTarget.files(files.stream().map(FilePath::of).toList());
            reader = new Reader(world, database, name, target, false, files, ttl, dice);
        }
        world.coverage().met("operation: reader " + end);
        reader.process.later(length, () -> reader.end(end, dice));
    }

    /** Whether it may count on its files now, by its own clock. */
    public boolean isSure() {
        return process.isAlive() && reading && pin.isSure();
    }

    /** Whether it will never read again. */
    public boolean isOver() {
        return !process.isAlive();
    }

    /** Returns whether it has pinned a version, and no paths. */
    public boolean isByVersion() {
        return byVersion;
    }

    /** Returns the time of its first acceptance, in truth. */
    public Instant began() {
        return began;
    }

    /** What it counts on. */
    public Set<String> files() {
        return files;
    }

    public String name() {
        return process.name();
    }

    /** Ends in good order. */
    public void finish() {
        if (process.isAlive()) {
            removeTempManifest();
            pin.close();
            process.later(Duration.ofSeconds(40), process::kill);
        }
    }

    /** It is written once the pin is accepted, and protected by it from then on. */
    private void writeTempManifest() {
        tempManifest.ifPresent(path -> {
            world.coverage().met("operation: temporary manifest");
            world.store().write(database.root(), path, 0);
            if (!database.truth().isDropped()) {
                files.add(path);
            }
        });
    }

    /** From now on it does not count on its temporary manifest; with a region that is gone it goes, for one. */
    void forgetTempManifest() {
        tempManifest.ifPresent(files::remove);
    }

    private void removeTempManifest() {
        forgetTempManifest();
        if (!forgetful) {
            tempManifest.ifPresent(path -> world.store().remove(database.root(), path));
        }
    }

    private void end(End end, Dice dice) {
        switch (end) {
            case FINISHES -> finish();
            case DIES -> {
                world.say(process.name(), () -> "dies");
                process.kill();
            }
            case STALLS -> {
                process.machine().pause(dice.between(Duration.ofSeconds(10), Duration.ofMinutes(20)));
                process.later(dice.between(Duration.ofMinutes(1), Duration.ofMinutes(60)), this::finish);
            }
        }
    }

    private final class Listener implements PinListener {
        @Override
        public void onSure() {
            if (!reading) {
                world.say(process.name(), () -> "reads " + files + " of " + database.region());
                world.coverage().met("pin: accepted");
                writeTempManifest();
                began = world.scheduler().now();
            }
            reading = true;
        }

        @Override
        public void onUnsure(String why) {
            world.coverage().met("pin: unsure");
            // Its pin may have died since: then the temporary manifest goes, whatever becomes of the pin.
            forgetTempManifest();
        }

        @Override
        public void onRejected(RejectedException rejection) {
            world.coverage().met("refusal: pin");
        }
    }
}
