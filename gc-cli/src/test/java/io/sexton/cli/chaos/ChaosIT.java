package io.sexton.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sexton.cli.process.Deployment;
import io.sexton.demo.database.SharedRegion;
import io.sexton.demo.proof.AuditLog;
import io.sexton.demo.proof.Conditions;
import io.sexton.demo.proof.Examination;
import io.sexton.demo.proof.StoreObserver;
import io.sexton.proto.FilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers and two of each service, in a process each, under faults that a seed decides. At the end the store has
 * exactly the live files, by the databases' own lists, and the log satisfies all invariants.
 */
@Tag("chaos")
final class ChaosIT {

    private static final List<String> SERVICES =
            List.of("streams-1", "streams-2", "coordinator-1", "coordinator-2", "deleter-1", "deleter-2");
    private static final int PARTITIONS = 4;
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration GARBAGE_DEADLINE = Duration.ofMinutes(4);

    /** Kept when it fails: the logs of all processes are in it. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path dir;

    private final long begin = System.nanoTime();

    @Test
    void afterAnyFaultsTheStoreHasExactlyWhatIsLiveAndTheLogBearsItOut() throws Exception {
        Duration length =
                Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("chaos.minutes", "2"))));
        long seed = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));
        List<String> members = new ArrayList<>(Brokers.names());
        members.addAll(SERVICES);
        log("seed " + seed + ", " + length.toSeconds() + " s of faults; again: -Dchaos.seed=" + seed + "; in " + dir);
        Path store = Files.createDirectories(dir.resolve("store"));
        try (Machine machine = Machine.probe(dir, members, this::log);
                Brokers brokers = Brokers.prepare(dir, machine::surroundings);
                Processes processes = new Processes(brokers.members())) {
            Plan plan = Plan.of(seed, length, members, machine.possible());
            processes.startAndAwaitReady(START);
            await("the brokers are in sync").atMost(START).until(brokers::areInSync);
            Deployment deployment = new Deployment(
                    dir, brokers.bootstrapServers(), Map.of(SharedRegion.STORE, store), false, machine::surroundings);
            deployment.makeTopics(PARTITIONS);
            SERVICES.stream()
                    .filter(Plan::isDeleter)
                    .forEach(name -> deployment.route(name, machine.throughProxy(name, brokers.bootstrapServers())));
            processes.add(
                    SERVICES.stream().map(name -> service(deployment, name)).toList());
            processes.startAndAwaitReady(START);
            log("all processes work");
            try (Load load = new Load(dir, brokers.bootstrapServers(), seed, this::log);
                    FaultInjector faults =
                            new FaultInjector(machine, processes.byName(), brokers::areInSync, this::log)) {
                load.open(store);
                StoreObserver observer = load.observer();
                load.start();
                faults.rage(plan, load::requireRunning);
                log("the faults are over");
                load.quiesce();
                log("the load is over; now the garbage has to go");
                String servers = brokers.bootstrapServers();
                awaitClean(load, servers, deployment);
                await("each condemned file has its report")
                        .pollInterval(Duration.ofMillis(500))
                        .atMost(GARBAGE_DEADLINE)
                        .until(() -> isReported(servers));
                judge(seed, load.seen(observer), AuditLog.read(servers));
            }
        }
    }

    private static Member service(Deployment deployment, String name) {
        String service = name.substring(0, name.indexOf('-'));
        return new Member(
                name,
                () -> {
                    deployment.start(service, name);
                    return deployment.instance(name);
                },
                () -> deployment.isReady(name));
    }

    private void judge(long seed, Examination.Seen seen, AuditLog log) throws Exception {
        Examination.Findings findings = Examination.examine(
                seen,
                null,
                log,
                Load.policies(),
                new Conditions(true, Plan.BROKERS_AHEAD),
                Files.createDirectories(dir.resolve("restored")));
        findings.summary().forEach(this::log);
        log("how the readers ended: "
                + seen.readers().stream()
                        .collect(Collectors.groupingBy(
                                reader -> reader.ending().getClass().getSimpleName(), Collectors.counting())));
        findings.verdicts()
                .forEach(verdict -> log(
                        (verdict.holds() ? "holds: " : "FAILS: ") + verdict.claim() + " (" + verdict.evidence() + ")"));
        assertThat(findings.verdicts())
                .as("seed %d, everything is left in %s", seed, dir)
                .allSatisfy(verdict ->
                        assertThat(verdict.violations()).as(verdict.claim()).isEmpty());
    }

    /** Waits until all garbage is gone; a failure comes with all that the log has of some of it. */
    private void awaitClean(Load load, String servers, Deployment deployment) throws IOException {
        try {
            await("all garbage is gone")
                    .atMost(GARBAGE_DEADLINE)
                    .until(() -> load.garbage().isEmpty());
        } catch (ConditionTimeoutException e) {
            List<FilePath> left = load.garbage();
            log(left.size() + " files are left: " + left);
            AuditLog log = AuditLog.read(servers);
            left.stream().limit(3).forEach(file -> log.naming(file.value()).forEach(this::log));
            SERVICES.forEach(name -> deployment.instance(name).output().lines().toList().reversed().stream()
                    .limit(15)
                    .toList()
                    .reversed()
                    .forEach(line -> log(name + ": " + line)));
            throw e;
        }
    }

    private static boolean isReported(String servers) {
        return Examination.unreported(AuditLog.read(servers), Load.policies()) == 0;
    }

    private void log(String what) {
        System.out.printf(Locale.ROOT, "chaos %6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, what);
    }
}
