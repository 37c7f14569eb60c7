package io.sexton.fold;

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
            .importPackages("io.sexton.fold");

    @Test
    void coreKnowsNoKafkaNoStoreNoThreadNoLog() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.fold.core..")
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
                .resideInAPackage("io.sexton.fold.core..")
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
    void storesKnowNeitherTheTopologyNorTheStartUp() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.fold.state..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sexton.fold.topology..", "io.sexton.fold.app..")
                .because("a replay opens stores without Kafka")
                .check(MAIN);
    }

    @Test
    void topologyDoesNotKnowTheStartUp() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.fold.topology..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sexton.fold.app..")
                .because("wiring is handed its settings, so that tests wire the same")
                .check(MAIN);
    }
}
