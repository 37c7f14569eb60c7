package io.sexton.simulation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What would make two runs of one seed differ, and who may know whom. */
final class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sexton.simulation");

    @Test
    void nobodyReadsARealClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .because("time is the world's, and the seed decides it")
                .check(MAIN);
    }

    @Test
    void allChanceComesFromTheSeed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(SecureRandom.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .because("the same seed is the same run")
                .check(MAIN);
    }

    @Test
    void nothingRunsBesideTheOneThread() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .because("who runs when is what the seed decides")
                .check(MAIN);
    }

    @Test
    void noBrokerNoDiskNoCloud() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..", "org.rocksdb..", "java.io.file..", "java.nio.file..", "java.net..")
                .because("everything outside the cores is simulated")
                .check(MAIN);
    }

    @Test
    void invariantsJudgeByTheTruthAndTheLogAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.sexton.simulation.invariant..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sexton.streams..", "io.sexton.locks..", "io.sexton.client..")
                .because("a check that asks the fold what is right agrees with every mistake of the fold")
                .check(MAIN);
    }
}
