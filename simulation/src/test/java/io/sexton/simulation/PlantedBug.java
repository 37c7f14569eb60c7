package io.sexton.simulation;

import com.google.protobuf.Duration;
import io.sexton.client.MonotonicClock;
import io.sexton.deleter.core.CallGuard;
import io.sexton.deleter.core.DeleterCore;
import io.sexton.deleter.core.Deletion;
import io.sexton.deleter.core.Expectation;
import io.sexton.deleter.core.FileResult;
import io.sexton.deleter.core.Lease;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.StorageCall;
import io.sexton.fold.core.LogRecord;
import io.sexton.fold.core.OrderedStore;
import io.sexton.fold.core.Placement;
import io.sexton.fold.core.Times;
import io.sexton.fold.state.MemoryStore;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.simulation.service.FoldCore;
import io.sexton.simulation.service.FoldKind;
import io.sexton.simulation.service.Said;
import io.sexton.simulation.storage.DeleterStorage;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockMode;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Notice;
import io.sexton.v1.Outcome;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.Policy;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.RegionEvent;
import io.sexton.v1.Tick;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Bugs that somebody might make, each in the cores or around them, and the promise that it breaks. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable, and the suppliers make new parts each time
enum PlantedBug {
    FORGETS_THE_OBSOLETE_LINGER(
            "obsolete_linger of a policy counts as 0",
            Set.of("I3", "I2"),
            20,
            () -> policy(policy -> policy.setObsoleteLinger(
                    Duration.getDefaultInstance().toBuilder().setNanos(1_000_000)))),
    FORGETS_THE_ORPHAN_LINGER(
            "orphan_linger of a policy counts as 0",
            Set.of("I3", "I1"),
            20,
            () -> policy(policy -> policy.setOrphanLinger(Duration.newBuilder().setNanos(1_000_000)))),
    FORGETS_THE_DROP_LINGER(
            "drop_linger of a policy counts as 0",
            Set.of("I3", "I1"),
            60,
            () -> policy(policy -> policy.setDropLinger(Duration.newBuilder().setNanos(1_000_000)))),
    FORGETS_THE_TEMP_LINGER(
            "temp_linger of a policy counts as 0",
            Set.of("I3"),
            60,
            () -> policy(policy -> policy.setTempLinger(Duration.newBuilder().setNanos(1_000_000)))),
    HALVES_THE_LINGER(
            "obsolete_linger of a policy counts half",
            Set.of("I3"),
            40,
            () -> policy(policy -> policy.setObsoleteLinger(half(policy.getObsoleteLinger())))),
    TRUSTS_THE_WALL_CLOCK_ALONE(
            "a tick's append time is not looked at", Set.of("I3", "I2", "I1"), 300, () -> new FilteredFold() {
                @Override
                Instant appended(LogRecord record, RegionEvent event) {
                    return event.hasTick() ? Times.of(event.getTick().getWallClock()) : record.appendTime();
                }

                @Override
                Optional<RegionEvent> hears(RegionEvent event, LogRecord record) {
                    return Optional.of(event.hasTick() ? withFreshTicker(event, record) : event);
                }
            }),
    TRUSTS_THE_BROKERS_CLOCK_ALONE(
            "a tick's wall clock is not looked at",
            Set.of("I3", "I2", "I1"),
            300,
            () -> hearing((event, record) -> Optional.of(
                    event.hasTick()
                            ? withFreshTicker(
                                    event.toBuilder()
                                            .setTick(event.getTick().toBuilder()
                                                    .setWallClock(Times.toProto(record.appendTime())))
                                            .build(),
                                    record)
                            : event))),
    ACCEPTS_EVERY_PIN(
            "no pin is rejected: the horizon, and what is condemned, are forgotten",
            Set.of("I2", "I1"),
            40,
            () -> saying(said -> said.message() instanceof Notice notice && notice.hasPinVerdict()
                    ? new Said(
                            said.topic(),
                            said.region(),
                            notice.toBuilder()
                                    .setPinVerdict(PinVerdict.newBuilder()
                                            .setReaderId(notice.getPinVerdict().getReaderId())
                                            .setOffset(notice.getPinVerdict().getOffset())
                                            .setAccepted(true))
                                    .build())
                    : said)),
    IGNORES_TOUCHES(
            "a heartbeat without a pin renews nothing",
            Set.of("I2"),
            40,
            () -> hearing((event, record) -> event.hasQueryHeartbeat()
                            && event.getQueryHeartbeat().getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET
                    ? Optional.empty()
                    : Optional.of(event))),
    COUNTS_THE_TTL_SHORT(
            "a pin's ttl counts a quarter",
            Set.of("I2"),
            40,
            () -> hearing((event, record) -> Optional.of(
                    event.hasQueryHeartbeat()
                            ? event.toBuilder()
                                    .setQueryHeartbeat(event.getQueryHeartbeat().toBuilder()
                                            .setTtl(half(half(
                                                    event.getQueryHeartbeat().getTtl()))))
                                    .build()
                            : event))),
    FORGETS_REFERENCES(
            "references are answered and not kept",
            Set.of("I2"),
            150,
            () -> hearing((event, record) -> Optional.of(
                    event.hasReferenceEdit()
                            ? event.toBuilder()
                                    .setReferenceEdit(
                                            event.getReferenceEdit().toBuilder().clearAdded())
                                    .build()
                            : event))),
    IGNORES_HOLDS(
            "holds are not kept",
            Set.of("I2"),
            40,
            () -> hearing((event, record) -> event.hasHold() ? Optional.empty() : Optional.of(event))),
    SEES_NO_GAP(
            "versions of edits are not looked at",
            Set.of("I1", "I3", "I5"),
            100,
            () -> hearing((event, record) -> {
                RegionEvent.Builder changed = event.toBuilder();
                if (event.hasManifestEdit()) {
                    changed.getManifestEditBuilder().clearBaseVersion().clearVersion();
                } else if (event.getCompactionCompleted().hasEdit()) {
                    changed.getCompactionCompletedBuilder()
                            .getEditBuilder()
                            .clearBaseVersion()
                            .clearVersion();
                } else if (event.hasRegionOpened()) {
                    changed.getRegionOpenedBuilder().clearManifestVersion();
                }
                return Optional.of(changed.build());
            })),
    FORGETS_A_RESTORE(
            "a drop that is taken back goes on",
            Set.of("I1", "I3"),
            100,
            () -> hearing((event, record) -> event.hasRegionRestored() ? Optional.empty() : Optional.of(event))),
    FORGETS_THE_EDIT_OF_A_COMPACTION(
            "a completed compaction's edit is not applied",
            Set.of("I1", "I5", "I6"),
            40,
            () -> hearing((event, record) -> Optional.of(
                    event.hasCompactionCompleted()
                            ? event.toBuilder()
                                    .setCompactionCompleted(event.getCompactionCompleted().toBuilder()
                                            .clearEdit())
                                    .build()
                            : event))),
    SKIPS_WHAT_IT_CANNOT_READ(
            "a record that cannot be read is passed over", Set.of("I5"), 100, () -> new FilteredFold() {
                @Override
                boolean hearsUnreadable() {
                    return false;
                }
            }),
    FORGETS_TO_LIST_A_FILE(
            "a snapshot lacks a file of the manifest",
            Set.of("I1"),
            40,
            () -> publishing(event -> {
                int files = event.getManifestSnapshot().getFilesCount();
                return Optional.of(
                        files < 2
                                ? event
                                : event.toBuilder()
                                        .setManifestSnapshot(event.getManifestSnapshot().toBuilder()
                                                .removeFiles(files - 1))
                                        .build());
            })),
    KEEPS_HEARTBEATS_TO_ITSELF(
            "a client counts heartbeats as sent that never were",
            Set.of("I2"),
            40,
            () -> publishing(event -> event.hasQueryHeartbeat()
                            && event.getQueryHeartbeat().getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET
                    ? Optional.empty()
                    : Optional.of(event))),
    COUNTS_ON_A_SLOW_CLOCK(
            "a client's clock runs at a quarter of its speed", Set.of("I2", "I4", "I1"), 40, () -> new Parts() {
                @Override
                public MonotonicClock clock(SimulatedProcess process) {
                    return () -> process.machine().uptime().toNanos() / 4;
                }
            }),
    LOSES_A_DECISION(
            "one notice or command in forty is said by some processes and not by others",
            Set.of("I8"),
            20,
            () -> new FilteredFold() {
                private int said;

                @Override
                Optional<Said> says(Said each) {
                    return ++said % 41 == 0 ? Optional.empty() : Optional.of(each);
                }
            }),
    KEEPS_WHAT_WAS_NOT_COMMITTED(
            "state survives an abort", Set.of("I8", "I6", "I7", "I2", "I4"), 40, () -> new Parts() {
                private final Map<String, List<OrderedStore>> kept = new HashMap<>();
                private final Map<String, Integer> owners = new HashMap<>();

                @Override
                public FoldCore fold(
                        FoldKind kind,
                        int partition,
                        List<OrderedStore> stores,
                        Placement placement,
                        Consumer<Said> sink) {
                    String name = kind + "-" + partition;
                    owners.merge(name, 1, Integer::sum);
                    return super.fold(
                            kind,
                            partition,
                            kept.computeIfAbsent(
                                    name,
                                    unseen -> stores.stream()
                                            .<OrderedStore>map(store -> new MemoryStore())
                                            .toList()),
                            placement,
                            sink);
                }
            }),
    POINTS_TO_THE_WRONG_EVIDENCE(
            "evidence_offset is one too high",
            Set.of("I7"),
            20,
            () -> saying(said -> {
                if (!(said.message() instanceof GcCommand command) || !command.hasDelete()) {
                    return said;
                }
                GcCommand.Builder wrong = command.toBuilder();
                wrong.getDeleteBuilder()
                        .getFilesBuilderList()
                        .forEach(file -> file.setEvidenceOffset(file.getEvidenceOffset() + 1));
                return new Said(said.topic(), said.region(), wrong.build());
            })),
    NAMES_COMMANDS_BY_ITS_OWN_COUNT(
            "command_id is a counter of the process", Set.of("I7", "I8"), 20, () -> new FilteredFold() {
                private int count;

                @Override
                Optional<Said> says(Said said) {
                    if (!(said.message() instanceof GcCommand command) || !command.hasDelete()) {
                        return Optional.of(said);
                    }
                    GcCommand.Builder wrong = command.toBuilder();
                    wrong.getDeleteBuilder().setCommandId("0-" + ++count + "-0");
                    return Optional.of(new Said(said.topic(), said.region(), wrong.build()));
                }
            }),
    SKIPS_THE_LEASE_CHECK("a lease outlasts everything", Set.of("I4"), 400, () -> new Parts() {
        @Override
        public Lease lease(Lease lease) {
            return new Lease() {
                @Override
                public long token() {
                    return lease.token();
                }

                @Override
                public boolean outlasts(java.time.Duration length) {
                    return true;
                }
            };
        }

        @Override
        public boolean mayStart(DeleterCore core, StorageCall call) {
            return true;
        }

        @Override
        public CallGuard guard(CallGuard guard) {
            return length -> Optional.empty();
        }
    }),
    DOES_NOT_ASK_BEFORE_A_CALL(
            "neither a call nor its operations ask whether they may begin", Set.of("I4"), 400, () -> new Parts() {
                @Override
                public boolean mayStart(DeleterCore core, StorageCall call) {
                    return true;
                }

                @Override
                public CallGuard guard(CallGuard guard) {
                    return length -> Optional.empty();
                }
            }),
    SKIPS_THE_FENCE("a fence passes without going through the fold", Set.of("I4"), 40, () -> new Parts() {
        @Override
        public void publishFence(Runnable publish, Runnable pass) {
            pass.run();
        }
    }),
    TAKES_A_TIME_OUT_FOR_ABSENCE(
            "what storage does not answer is reported as absent",
            Set.of("I5"),
            100,
            () -> answering(result ->
                    result.outcome() == Outcome.FAILED_RETRYABLE ? FileResult.of(Outcome.ALREADY_ABSENT, "") : result)),
    REPORTS_BEFORE_DELETING("files are reported as deleted that were not", Set.of("I5"), 20, () -> new Parts() {
        @Override
        public DeleterStorage storage(World world, String deleter) {
            return new Wrapped(super.storage(world, deleter)) {
                @Override
                public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
                    return files.stream()
                            .map(file -> FileResult.of(Outcome.DELETED, ""))
                            .toList();
                }
            };
        }
    }),
    DELETES_WHATEVER_LIES_THERE(
            "the object's identity is not looked at",
            Set.of("I1", "I2"),
            600,
            () -> asking(files -> files.stream()
                    .map(file -> new Deletion(file.path(), new Expectation(null, null, null, null)))
                    .toList())),
    DELETES_A_NEIGHBOUR(
            "a path is mistaken for the next one",
            Set.of("I1", "I2", "I4"),
            20,
            () -> asking(files -> files.stream()
                    .map(file -> new Deletion(
                            FilePath.of(
                                    "f" + (Integer.parseInt(file.path().value().substring(1)) + 1)),
                            new Expectation(null, null, null, null)))
                    .toList())),
    NEVER_TRIES_AGAIN(
            "a failed deletion is reported as refused",
            Set.of("I6"),
            200,
            () -> answering(
                    result -> result.outcome() == Outcome.FAILED_RETRYABLE ? FileResult.refused("no") : result)),
    SHARES_THE_EXCLUSIVE_LOCK(
            "EXCLUSIVE is granted as SHARED",
            Set.of("I4"),
            100,
            () -> locking((request, sink) -> Optional.of(
                    request.getAcquire().getMode() == LockMode.EXCLUSIVE
                            ? request.toBuilder()
                                    .setAcquire(request.getAcquire().toBuilder().setMode(LockMode.SHARED))
                                    .build()
                            : request))),
    ENDS_LEASES_EARLY("a lease counts an eighth, and its end is not said", Set.of("I4"), 200, () -> new FilteredFold() {
        @Override
        Optional<LockRequest> hears(LockRequest request, Consumer<Said> sink) {
            return Optional.of(
                    request.hasAcquire()
                            ? request.toBuilder()
                                    .setAcquire(request.getAcquire().toBuilder()
                                            .setLease(half(half(
                                                    half(request.getAcquire().getLease())))))
                                    .build()
                            : request);
        }

        @Override
        Optional<Said> says(Said said) {
            return said.message() instanceof LockEvent event && event.hasExpired()
                    ? Optional.empty()
                    : Optional.of(said);
        }
    }),
    SAYS_RENEWED_AND_FORGETS(
            "a renewal is answered and not kept",
            Set.of("I4"),
            200,
            () -> locking((request, sink) -> {
                if (!request.hasRenew()) {
                    return Optional.of(request);
                }
                sink.accept(new Said(
                        Topics.LOCK_EVENTS,
                        RegionId.of(request.getRegion()),
                        LockEvent.newBuilder()
                                .setRegion(request.getRegion())
                                .setOwner(request.getOwner())
                                .setRequestId(request.getRequestId())
                                .setToken(request.getRenew().getToken())
                                .setRenewed(LockEvent.Renewed.getDefaultInstance())
                                .build()));
                return Optional.empty();
            })),
    NEVER_ENDS_A_LEASE(
            "locks of the dead are kept for ever",
            Set.of("I6"),
            200,
            () -> locking((request, sink) -> request.hasTick() ? Optional.empty() : Optional.of(request))),
    FORGETS_TO_TICK("no tick is ever due", Set.of("I6"), 20, () -> new Parts() {
        @Override
        public Tick tick(SimulatedProcess process) {
            return super.tick(process).toBuilder()
                    .setWallClock(Times.toProto(World.START.minus(java.time.Duration.ofDays(1))))
                    .build();
        }
    }),
    ASKS_ONLY_ONCE(
            "a command is not emitted again",
            Set.of("I6"),
            100,
            () -> saying(said -> {
                if (!(said.message() instanceof GcCommand command) || !command.hasDelete()) {
                    return said;
                }
                List<CondemnedFile> first = command.getDelete().getFilesList().stream()
                        .filter(file -> file.getAttempt() == 1)
                        .toList();
                GcCommand.Builder fewer = command.toBuilder();
                fewer.getDeleteBuilder().clearFiles().addAllFiles(first);
                return new Said(said.topic(), said.region(), fewer.build());
            }));

    private final String what;
    private final Set<String> breaks;
    private final int seeds;
    private final Supplier<Parts> parts;

    PlantedBug(String what, Set<String> breaks, int seeds, Supplier<Parts> parts) {
        this.what = what;
        this.breaks = breaks;
        this.seeds = seeds;
        this.parts = parts;
    }

    /** In words. */
    String what() {
        return what;
    }

    /** The promises that it may break, whichever comes first. */
    Set<String> breaks() {
        return breaks;
    }

    /** So many seeds find it. */
    int seeds() {
        return seeds;
    }

    /** A world's parts with the bug among them. */
    Parts parts() {
        return parts.get();
    }

    private interface Hearing {
        Optional<RegionEvent> hears(RegionEvent event, LogRecord record);
    }

    private interface Locking {
        Optional<LockRequest> hears(LockRequest request, Consumer<Said> sink);
    }

    private static Parts hearing(Hearing hearing) {
        return new FilteredFold() {
            @Override
            Optional<RegionEvent> hears(RegionEvent event, LogRecord record) {
                return hearing.hears(event, record);
            }
        };
    }

    private static Parts locking(Locking locking) {
        return new FilteredFold() {
            @Override
            Optional<LockRequest> hears(LockRequest request, Consumer<Said> sink) {
                return locking.hears(request, sink);
            }
        };
    }

    private static Parts saying(UnaryOperator<Said> says) {
        return new FilteredFold() {
            @Override
            Optional<Said> says(Said said) {
                return Optional.of(says.apply(said));
            }
        };
    }

    private static Parts publishing(java.util.function.Function<RegionEvent, Optional<RegionEvent>> publishes) {
        return new FilteredLog() {
            @Override
            Optional<RegionEvent> publishes(RegionEvent event) {
                return publishes.apply(event);
            }
        };
    }

    private static Parts policy(Consumer<Policy.Builder> change) {
        return hearing((event, record) -> {
            if (!event.hasPolicySet()) {
                return Optional.of(event);
            }
            RegionEvent.Builder changed = event.toBuilder();
            change.accept(changed.getPolicySetBuilder().getPolicyBuilder());
            return Optional.of(changed.build());
        });
    }

    private static Parts asking(UnaryOperator<List<Deletion>> asks) {
        return new Parts() {
            @Override
            public DeleterStorage storage(World world, String deleter) {
                return new Wrapped(super.storage(world, deleter)) {
                    @Override
                    public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
                        return super.deleteMany(root, asks.apply(files), guard);
                    }
                };
            }
        };
    }

    private static Parts answering(UnaryOperator<FileResult> answers) {
        return new Parts() {
            @Override
            public DeleterStorage storage(World world, String deleter) {
                return new Wrapped(super.storage(world, deleter)) {
                    @Override
                    public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
                        List<FileResult> results = new ArrayList<>(super.deleteMany(root, files, guard));
                        results.replaceAll(answers);
                        return results;
                    }
                };
            }
        };
    }

    private static RegionEvent withFreshTicker(RegionEvent event, LogRecord record) {
        return event.toBuilder()
                .setTick(event.getTick().toBuilder().setTicker("ticker-" + record.offset()))
                .build();
    }

    private static Duration half(Duration length) {
        return Times.toProto(Times.of(length).dividedBy(2));
    }

    private static class Wrapped implements DeleterStorage {
        private final DeleterStorage store;

        Wrapped(DeleterStorage store) {
            this.store = store;
        }

        @Override
        public List<FileResult> deleteMany(RegionRoot root, List<Deletion> files, CallGuard guard) {
            return store.deleteMany(root, files, guard);
        }
    }
}
