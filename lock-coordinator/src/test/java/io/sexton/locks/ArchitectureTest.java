package io.sexton.locks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sexton.locks");

    @Test
    void coreKnowsNoKafkaNoStoreNoThreadNoLog() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.locks.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.rocksdb..",
                        "org.slf4j..",
                        "java.util.concurrent..",
                        "io.sexton.fold.state..",
                        "io.sexton.fold.topology..",
                        "io.sexton.fold.app..")
                .because("a fold that knows where it runs could do something else in a replay (I8)")
                .check(MAIN);
    }

    @Test
    void coreReadsNoClock() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.locks.core..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .because("time is what the log says (I3, I8)")
                .check(MAIN);
    }

    @Test
    void decidersChangeNothing() {
        noClasses()
                .that()
                .haveNameMatching(".*\\.core\\.(LockDecider|RequestReader|RegionLock|Claim|Mode|Decision)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.(LockState|OpenRegion|Agenda|LockFold|OrderedStore|StoredClock)(\\$.*)?")
                .because("a decider reads and answers; only appliers change state")
                .check(MAIN);
    }
}
