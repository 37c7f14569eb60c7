package io.sexton.simulation;

import io.sexton.client.SextonClient;
import io.sexton.deleter.core.Floors;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.Roots;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.locks.core.LockFold;
import io.sexton.proto.RegionId;
import io.sexton.simulation.database.Database;
import io.sexton.simulation.kernel.Coverage;
import io.sexton.simulation.kernel.Machine;
import io.sexton.simulation.kernel.Scheduler;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.kernel.Trace;
import io.sexton.simulation.log.ClientAccess;
import io.sexton.simulation.log.FaultPlan;
import io.sexton.simulation.log.SimulatedLog;
import io.sexton.simulation.service.DeleterService;
import io.sexton.simulation.service.FoldService;
import io.sexton.simulation.storage.Contents;
import io.sexton.simulation.storage.StoredObject;
import io.sexton.streams.apply.PartitionFold;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The simulated world of one run: log, storage, services, databases, machines and clocks. */
public final class World {
    /** The true time at which a run begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final RootShape ROOTS = RootShape.parse("data/{region}");
    /** Objects younger than this are never removed from a region. */
    public static final Duration MINIMUM_AGE = Duration.ofMinutes(20);

    private static final Floors FLOORS = new Floors(
            Map.of(Reason.REGION_GONE, Duration.ofMinutes(40), Reason.ORPHAN, Duration.ofMinutes(50)), MINIMUM_AGE);

    private static final int MOST_DRIFT_PARTS_PER_MILLION = 500;

    private final Settings settings;
    private final Parts parts;
    private final Scheduler scheduler = new Scheduler(START);
    private final Trace trace;
    private final Coverage coverage = new Coverage();
    private final Observers observers = new Observers();
    private final SimulatedLog log;
    private final Contents store;
    private final Contents archive;
    private final Map<FaultPlan.Fault, SeededRandom> faultRandom = new EnumMap<>(FaultPlan.Fault.class);
    private final List<Machine> machines = new ArrayList<>();
    private final List<Database> databases = new ArrayList<>();
    private final FoldService streams;
    private final FoldService coordinator;
    private final DeleterService deleters;
    private FaultPlan faults;
    private Runnable afterEachStep = () -> {};
    private Instant end = Instant.MAX;
    private long steps;
    private int depth;

    public World(Settings settings, Parts parts, boolean traced) {
        this.settings = settings;
        this.parts = parts;
        faults = settings.faults();
        trace = new Trace(scheduler, traced);
        log = new SimulatedLog(scheduler, settings.partitions());
        Duration clockOfStore = random("store").between(Duration.ofMinutes(-1), Duration.ofMinutes(1));
        store = new Contents(scheduler, clockOfStore);
        archive = new Contents(scheduler, clockOfStore);
        for (FaultPlan.Fault fault : FaultPlan.Fault.values()) {
            faultRandom.put(fault, random("mishap-" + fault));
        }
        streams = new FoldService(this, "streams", PartitionFold.DEFINITION, settings.processes());
        coordinator = new FoldService(this, "coordinator", LockFold.DEFINITION, settings.processes());
        deleters = new DeleterService(this, settings.processes());
        for (int i = 0; i < settings.databases().size(); i++) {
            databases.add(new Database(
                    this, RegionId.of("r" + i), settings.databases().get(i)));
        }
    }

    public Settings settings() {
        return settings;
    }

    public Parts parts() {
        return parts;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    public Coverage coverage() {
        return coverage;
    }

    public Observers observers() {
        return observers;
    }

    public SimulatedLog log() {
        return log;
    }

    /** Returns the store of the regions and the trash. */
    public Contents store() {
        return store;
    }

    /** Returns the store of archived files. */
    public Contents archive() {
        return archive;
    }

    /** Returns trash, archive, listings and deletions, as a process accesses them: the real code. */
    public FileStore files(SimulatedProcess process) {
        return new FileStore(
                parts.store(this, process),
                parts.rules(StoreRules.withoutFloors(Roots.named(ROOTS))
                        .withFloors(FLOORS)
                        .withTrashRetention(parts.trashRetention(settings.trashRetention()))),
                parts.archiver(this, process));
    }

    public List<Database> databases() {
        return databases;
    }

    public Database database(RegionId region) {
        return databases.stream()
                .filter(each -> each.region().equals(region))
                .findFirst()
                .orElseThrow();
    }

    public FoldService streams() {
        return streams;
    }

    public FoldService coordinator() {
        return coordinator;
    }

    public List<FoldService> folds() {
        return List.of(streams, coordinator);
    }

    public DeleterService deleters() {
        return deleters;
    }

    /** Returns all machines that ever existed. */
    public List<Machine> machines() {
        return machines;
    }

    /** Returns the random numbers of one component. */
    public SeededRandom random(String label) {
        return SeededRandom.of(settings.seed(), label);
    }

    /** Creates a machine with its own clocks. */
    public Machine machine(String name) {
        SeededRandom random = random("machine-" + name);
        Duration error = random.between(Duration.ofSeconds(-2), Duration.ofSeconds(2));
        Machine machine = new Machine(
                name,
                scheduler,
                error,
                random.below(2 * MOST_DRIFT_PARTS_PER_MILLION + 1) - MOST_DRIFT_PARTS_PER_MILLION);
        machines.add(machine);
        return machine;
    }

    /** Creates a process on its own machine. */
    public SimulatedProcess process(String name) {
        return new SimulatedProcess(name, machine(name), scheduler);
    }

    /** Creates a real client in that process. */
    public SextonClient client(SimulatedProcess process, Duration orphanLinger) {
        return client(process, new ClientAccess(this, process), orphanLinger);
    }

    /** Creates a real client with that access. */
    public SextonClient client(SimulatedProcess process, ClientAccess access, Duration orphanLinger) {
        return SextonClient.builder(access)
                .name(process.name())
                .orphanLinger(orphanLinger)
                .build();
    }

    public int partitionOf(RegionId region) {
        return log.partitionOf(region.toKey());
    }

    /** Returns true if the fault occurs now. */
    public boolean fails(FaultPlan.Fault fault) {
        SeededRandom random = faultRandom.get(fault);
        boolean fails = random != null && random.permille(faults.permille(fault));
        if (fails) {
            coverage.met("fault: " + fault);
        }
        return fails;
    }

    /** Replaces the faults that occur from now on. */
    public void changeFaults(FaultPlan next) {
        faults = next;
    }

    public void trace(String who, Supplier<String> what) {
        trace.add(who, what);
    }

    public Trace trace() {
        return trace;
    }

    /** Notifies observers that an object was removed: a region's file or an object in the trash. */
    public void removed(String by, Contents from, ObjectKey key, StoredObject object) {
        trace(by, () -> "deletes " + key);
        databaseAt(from, key)
                .ifPresentOrElse(
                        database -> observers.deleted(by, database.region(), object),
                        () -> observers.purged(by, key, object));
    }

    /** Notifies observers that an object was moved out of a region or back into it. */
    public void moved(String by, Contents from, ObjectKey key, StoredObject object) {
        trace(by, () -> "moves " + key + " away");
        databaseAt(from, key).ifPresent(database -> observers.deleted(by, database.region(), object));
    }

    /**
     * Lets a database overwrite an object without an event. {@code when} is the moment relative to a deleter's call,
     * for coverage.
     */
    public void overwrite(Contents in, ObjectKey key, String when) {
        databaseAt(in, key).ifPresent(database -> database.overwrite(Contents.pathOf(key), when));
    }

    private Optional<Database> databaseAt(Contents in, ObjectKey key) {
        return !in.equals(store)
                ? Optional.empty()
                : databases.stream()
                        .filter(each -> each.root().equals(Contents.rootOf(key)))
                        .findFirst();
    }

    /** Sets a check that runs after each event. */
    public void afterEachStep(Runnable check) {
        afterEachStep = check;
    }

    /** Lets time pass. */
    public void run(Duration length) {
        end = scheduler.now().plus(length);
        while (step()) {
            // Each step runs one event.
        }
    }

    /** Lets time pass until something is so, in the middle of an event: the thread that waits is one of several. */
    public void runUntil(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (!step()) {
                return;
            }
        }
    }

    /** Lets that much time pass, in the middle of an event. */
    public void letPass(Duration length) {
        Instant over = scheduler.now().plus(length);
        scheduler.after(length, () -> {});
        runUntil(() -> !scheduler.now().isBefore(over));
    }

    /** Returns the number of nested events: those that block, and those that run meanwhile. */
    public int depth() {
        return depth;
    }

    /** Returns the number of events so far. */
    public long steps() {
        return steps;
    }

    private boolean step() {
        depth++;
        try {
            if (!scheduler.runNext(end)) {
                return false;
            }
        } finally {
            depth--;
        }
        steps++;
        afterEachStep.run();
        return true;
    }
}
