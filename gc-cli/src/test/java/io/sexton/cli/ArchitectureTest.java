package io.sexton.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import io.sexton.service.log.OutageFilter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules of dependencies between the packages of all modules, which only this module has on its class path. */
final class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sexton");

    private static final ArchCondition<JavaClass> READ_A_WALL_CLOCK = callMethod(Instant.class, "now")
            .or(callMethod(System.class, "currentTimeMillis"))
            .or(dependOnClassesThat(assignableTo(Clock.class)));
    private static final ArchCondition<JavaClass> READ_A_MONOTONIC_CLOCK = callMethod(System.class, "nanoTime");

    /** Packages that decide, or apply what was decided: the same input gives the same output. */
    private static final String[] CORES = {
        "io.sexton.*.core..",
        "io.sexton.*.index..",
        "io.sexton.streams.model..",
        "io.sexton.streams.state..",
        "io.sexton.streams.decide..",
        "io.sexton.streams.apply..",
        "io.sexton.streams.query.."
    };

    @Test
    void coresKnowNoKafkaNoStoreNoThreadNoLog() {
        noClasses()
                .that()
                .resideInAnyPackage(CORES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.rocksdb..",
                        "org.slf4j..",
                        "io.micrometer..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "io.sexton.client..",
                        "io.sexton.fold.state..",
                        "io.sexton.*.storage..",
                        "io.sexton.*.topology..",
                        "io.sexton.*.app..")
                .because("a fold that knows where it runs could do something else in a replay (I8)")
                .check(MAIN);
    }

    @Test
    void coresReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(CORES)
                .should(READ_A_WALL_CLOCK)
                .orShould(READ_A_MONOTONIC_CLOCK)
                .because("time is a field of the log's records (I3, I8)")
                .check(MAIN);
    }

    @Test
    void theTickerReadsTheWallClockForAll() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(FoldRuntime|Ticker)(\\$.*)?")
                .and()
                // They compare this machine's clock with the log's, or stamp times that no decision uses.
                .haveNameNotMatching(".*\\.(LogTime|MetaTopic)(\\$.*)?")
                .and()
                .resideOutsideOfPackage("io.sexton.demo..")
                .should(READ_A_WALL_CLOCK)
                .because("a wall clock that decides anything can be set wrong (I3)")
                .check(MAIN);
    }

    @Test
    void thePackagesOfTheFoldOfEventsUseEachOtherInOneDirection() {
        streams("model", "model..");
        streams("state..", "model..", "state..", "row..");
        streams("decide", "model..", "state.view..", "row..", "decide..");
        streams("query", "model..", "state.view..", "row..", "decide..", "query..");
        streams("apply", "model..", "state..", "row..", "decide..", "query..", "apply..");
    }

    /** Checks that a package of the fold uses only these packages of its module. */
    private static void streams(String name, String... used) {
        String[] others = Stream.of(
                        "model..",
                        "state",
                        "state.view..",
                        "row..",
                        "decide..",
                        "query..",
                        "apply..",
                        "topology..",
                        "app..")
                .filter(each -> Stream.of(used).noneMatch(one -> each.startsWith(one.replace("..", ""))))
                .map("io.sexton.streams."::concat)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.sexton.streams." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because("deciders and queries get read-only faces; only appliers change state")
                .check(MAIN);
    }

    @Test
    void decidersAndQueriesOfFilesChangeNothing() {
        noClasses()
                .that()
                .resideInAnyPackage("io.sexton.streams.decide", "io.sexton.streams.query")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.sexton\\.streams\\.row\\..*\\$Builder")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.sexton.fold.index..")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("OrderedStore")
                .because("a decider reads and returns decisions; only appliers change state")
                .check(MAIN);
    }

    @Test
    void oneClassKnowsTheStoredFormOfFiles() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.streams..")
                .and()
                .resideOutsideOfPackage("io.sexton.streams.row..")
                .and()
                .haveNameNotMatching(".*\\.state\\.(FileCodec|Files)")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("FileRow")
                .because("what a state lacks must not be readable in it")
                .check(MAIN);
    }

    @Test
    void theDecidersOfLocksChangeNothing() {
        noClasses()
                .that()
                .haveNameMatching(".*\\.core\\.(LockDecider|RequestReader|RegionLock|Claim|Mode|Decision)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        ".*\\.(LockState|OpenRegion|LockFold|OrderedStore|StoredClock|Table|KeySet|Tally|Timeline)(\\$.*)?")
                .because("a decider reads and returns decisions; only appliers change state")
                .check(MAIN);
    }

    @Test
    void storesDoNotDependOnTheLog() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.deleter.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.sexton.*.topology..", "io.sexton.*.app..")
                .because("a store is a small port that one class implements")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("io.sexton.fold.state..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sexton.*.topology..", "io.sexton.*.app..")
                .because("a replay opens stores without Kafka")
                .check(MAIN);
    }

    @Test
    void topologiesDoNotKnowTheStartUp() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.*.topology..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sexton.*.app..")
                .because("wiring is handed its settings, so that tests wire the same")
                .check(MAIN);
    }

    @Test
    void databasesEmbedLittle() {
        classes()
                .that()
                .resideInAnyPackage("io.sexton.client..", "io.sexton.proto..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.sexton.client..",
                        "io.sexton.proto",
                        "io.sexton.v1",
                        "com.google.protobuf",
                        "org.apache.kafka.clients..",
                        "org.apache.kafka.common..",
                        "org.slf4j",
                        "org.jspecify..")
                .because("what a database embeds must not bring a library that it may have in another version")
                .check(MAIN);
    }

    @Test
    void sourcesAreEmbeddedByDatabasesAsTheClientIs() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.sources..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "io.sexton.service..",
                        "io.sexton.fold..",
                        "io.sexton.streams..",
                        "io.sexton.locks..",
                        "io.sexton.deleter..",
                        "io.sexton.demo..")
                .because("a database publishes through the client; no service, and nothing that deletes, comes with it")
                .check(MAIN);
    }

    @Test
    void onlyTheEdgesOfTheClientKnowKafka() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.client..")
                .and()
                .haveNameNotMatching(".*\\.(KafkaLogWriter|KafkaPorts|KafkaSettings|TopicReader)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .because("pins and locks are tested without a broker")
                .check(MAIN);
    }

    @Test
    void theStateOfTheClientDependsOnNoThreadAndNoLog() {
        noClasses()
                .that()
                .haveNameMatching(
                        "io\\.sexton\\.client\\.\\w+\\.(PinState|PinTarget|LeaseState|ManifestChain|Deadline)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j", "java.util.concurrent..")
                .because("the state of a pin or a lock is a function of what was sent and received, and when")
                .check(MAIN);
    }

    @Test
    void theClientCountsOnAClockThatIsHandedToIt() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.client..")
                .and()
                .haveNameNotMatching(".*\\.(MonotonicClock|TopicReader)(\\$.*)?")
                .should(READ_A_MONOTONIC_CLOCK)
                .because("only then can a test, or a machine that is suspended, have another clock")
                .check(MAIN);
    }

    @Test
    void theSimulationUsesNoClockRandomnessOrThreadOfTheMachine() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.simulation..")
                .should(READ_A_MONOTONIC_CLOCK)
                .orShould(dependOnClassesThat(assignableTo(Random.class)))
                .orShould(dependOnClassesThat(assignableTo(SecureRandom.class)))
                .orShould(callMethod(UUID.class, "randomUUID"))
                .orShould(callMethod(Math.class, "random"))
                .orShould(dependOnClassesThat(assignableTo(Thread.class)))
                .orShould(dependOnClassesThat(assignableTo("java.util.concurrent.Executors")))
                .because("the same seed is the same run: it decides time, chance, and who runs when")
                .check(MAIN);
    }

    @Test
    void theSimulationDependsOnNoBrokerDiskOrCloud() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.simulation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..", "org.rocksdb..", "java.io.file..", "java.nio.file..", "java.net..")
                .because("everything outside the cores is simulated")
                .check(MAIN);
    }

    @Test
    void invariantsReadTheGroundTruthAndTheLogAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.simulation.invariant..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sexton.streams..", "io.sexton.locks..", "io.sexton.client..")
                .because("a check that relies on the fold repeats every mistake of the fold")
                .check(MAIN);
    }

    /** Logger names in strings: a renamed class would fill the log of an outage again. */
    @Test
    void theOutageFilterNamesLoggersThatExist() {
        assertThat(OutageFilter.RETRIES)
                .allSatisfy(name -> assertThat(MAIN.contain(name)).as(name).isTrue());
        assertThat(MAIN.contain(OutageFilter.OUTAGE)).isTrue();
    }
}
