package io.sexton.simulation;

import io.sexton.client.LockUnavailableException;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.locks.RegionLock;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterView;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Finished;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.MembershipCheck;
import io.sexton.deleter.core.StorageCall;
import io.sexton.deleter.storage.Archiver;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.ListingSink;
import io.sexton.deleter.storage.ObjectKey;
import io.sexton.deleter.storage.ObjectStore;
import io.sexton.deleter.storage.StorageProblemException;
import io.sexton.deleter.topology.BlockingCalls;
import io.sexton.proto.RegionId;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.v1.LockMode;
import io.sexton.v1.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The deleter: its locks, its fences, and what it does beside deleting. */
final class DeleterBugs {
    private DeleterBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                new PlantedBug("a lease outlasts everything", Set.of("I4"), 400, () -> new Parts() {
                    @Override
                    public Lease lease(Lease lease) {
                        return new Lease() {
                            @Override
                            public long token() {
                                return lease.token();
                            }

                            @Override
                            public boolean outlasts(Duration length) {
                                return true;
                            }
                        };
                    }

                    @Override
                    public DeleterView view(DeleterView core) {
                        return new UncheckedView(core);
                    }

                    @Override
                    public CallGuard guard(CallGuard guard) {
                        return length -> Optional.empty();
                    }
                }),
                new PlantedBug(
                        "neither a call nor its operations check that they may begin",
                        Set.of("I4"),
                        400,
                        () -> new Parts() {
                            @Override
                            public DeleterView view(DeleterView core) {
                                return new UncheckedView(core);
                            }

                            @Override
                            public CallGuard guard(CallGuard guard) {
                                return length -> Optional.empty();
                            }
                        }),
                new PlantedBug("membership is not proven under the lock", Set.of("I1", "I4"), 400, () -> new Parts() {
                    @Override
                    public boolean provesMembership(boolean committed) {
                        return true;
                    }
                }),
                new PlantedBug("a fence passes without going through the fold", Set.of("I4"), 40, () -> new Parts() {
                    @Override
                    public void publishFence(Runnable publish, Runnable pass) {
                        pass.run();
                    }
                }),
                new PlantedBug(
                        "what was revoked is reported as such without a check",
                        Set.of("I2", "I5"),
                        800,
                        () -> new Parts() {
                            @Override
                            public List<FileResult> treat(FileStore files, StorageCall call, CallGuard guard) {
                                List<FileResult> results = new ArrayList<>(super.treat(files, call, guard));
                                for (int i = 0; i < results.size(); i++) {
                                    if (call.files().get(i).isRevoked()) {
                                        results.set(i, FileResult.of(Outcome.REVOKED, ""));
                                    }
                                }
                                return results;
                            }
                        }),
                new PlantedBug("the trash is purged at once", Set.of("I3"), 40, () -> new Parts() {
                    @Override
                    public Duration trashRetention(Duration retention) {
                        return Duration.ZERO;
                    }
                }),
                new PlantedBug(
                        "what is restored from the trash is restored under a SHARED lock",
                        Set.of("I4"),
                        600,
                        () -> new Parts() {
                            @Override
                            public BlockingCalls blocking(BlockingCalls calls) {
                                return new BlockingCalls() {
                                    @Override
                                    public RegionLock acquire(RegionId region, LockOptions options)
                                            throws InterruptedException, LockUnavailableException {
                                        return calls.acquire(
                                                region,
                                                LockOptions.of(LockMode.SHARED, "RESTORE", Duration.ofMinutes(1))
                                                        .maxWait(Duration.ofMinutes(5)));
                                    }

                                    @Override
                                    public void pause(Duration length) throws InterruptedException {
                                        calls.pause(length);
                                    }
                                };
                            }
                        }),
                new PlantedBug(
                        "a listing that fails counts as complete",
                        Set.of("I5"),
                        100,
                        () -> FilteredStore.parts(store -> new FilteredStore(store) {
                            @Override
                            public void list(ObjectKey directory, ListingSink sink, CallGuard guard)
                                    throws InterruptedException {
                                try {
                                    super.list(directory, sink, guard);
                                } catch (StorageProblemException e) {
                                    // As if there were no more.
                                }
                            }
                        })),
                new PlantedBug("what may not have been archived is deleted", Set.of("I5"), 100, () -> new Parts() {
                    @Override
                    public Archiver archiver(World world, SimulatedProcess process) {
                        Archiver archiver = super.archiver(world, process);
                        return (objects, root, files, command, guard) ->
                                archiver.archive(objects, root, files, command, guard).stream()
                                        .<Archiver.Archived>map(each -> new Archiver.Archived.Kept())
                                        .toList();
                    }
                }),
                new PlantedBug("copies are not read back", Set.of("I5"), 300, () -> new Parts() {
                    @Override
                    public ObjectStore archive(World world, SimulatedProcess process) {
                        return new Believing(super.archive(world, process));
                    }
                }));
    }

    /** The questions to a core, by which every call may start and go on. */
    private record UncheckedView(DeleterView core) implements DeleterView {
        @Override
        public boolean mayStart(StorageCall call) {
            return true;
        }

        @Override
        public boolean mayGoOn(StorageCall call) {
            return true;
        }

        @Override
        public Optional<Finished> finished(int partition, int atMostReports, Duration now) {
            return core.finished(partition, atMostReports, now);
        }

        @Override
        public boolean awaitsProof() {
            return core.awaitsProof();
        }

        @Override
        public Optional<MembershipCheck> membershipCheck() {
            return core.membershipCheck();
        }

        @Override
        public boolean isAssigned(int partition) {
            return core.isAssigned(partition);
        }

        @Override
        public boolean isIdle() {
            return core.isIdle();
        }

        @Override
        public int callsInFlight() {
            return core.callsInFlight();
        }
    }

    /** A store that is believed to hold what it was given. */
    private static final class Believing extends FilteredStore {
        private final Map<ObjectKey, byte[]> given = new HashMap<>();

        Believing(ObjectStore store) {
            super(store);
        }

        @Override
        public void write(ObjectKey key, long sizeBytes, InputStream content)
                throws StorageProblemException, IOException {
            byte[] bytes = content.readAllBytes();
            given.put(key, bytes);
            super.write(key, sizeBytes, new ByteArrayInputStream(bytes.clone()));
        }

        @Override
        public InputStream read(ObjectKey key) throws StorageProblemException {
            byte[] bytes = given.get(key);
            return bytes == null ? super.read(key) : new ByteArrayInputStream(bytes);
        }
    }
}
