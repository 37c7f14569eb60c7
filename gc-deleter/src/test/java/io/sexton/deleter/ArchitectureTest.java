package io.sexton.deleter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
final class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sexton.deleter");

    @Test
    void coreKnowsNoKafkaNoFileNoThreadNoLog() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.deleter.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.slf4j..",
                        "io.micrometer..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "io.sexton.client..",
                        "io.sexton.fold.state..",
                        "io.sexton.fold.topology..",
                        "io.sexton.fold.app..",
                        "io.sexton.deleter.storage..",
                        "io.sexton.deleter.topology..",
                        "io.sexton.deleter.app..")
                .because("the same decisions run in a single-threaded simulation")
                .check(MAIN);
    }

    @Test
    void coreReadsNoClock() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.deleter.core..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .because("time is an argument, and wall clocks decide nothing (I3)")
                .check(MAIN);
    }

    @Test
    void storesKnowNothingOfTheLog() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.deleter.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.sexton.deleter.topology..", "io.sexton.deleter.app..")
                .because("a store is a small port that one class implements")
                .check(MAIN);
    }
}
