package io.sexton.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
final class ArchitectureTest {

    private static final String PURE =
            "io\\.sexton\\.client\\.(PinState|PinTarget|LeaseState|ManifestChain|Deadline|EventRules)(\\$.*)?";
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sexton.client");

    @Test
    void databasesEmbedLittle() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.sexton.client",
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
    void onlyTheEdgesKnowKafka() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        "io\\.sexton\\.client\\.(KafkaLogWriter|KafkaPorts|TopicReader|SextonClient)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .because("pins and locks are tested without a broker")
                .check(MAIN);
    }

    @Test
    void statesKnowNoThreadAndNoLog() {
        noClasses()
                .that()
                .haveNameMatching(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j", "java.util.concurrent..")
                .because("what is believed of a pin or a lock is a function of what was sent and answered, and when")
                .check(MAIN);
    }

    @Test
    void nobodyReadsASystemClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .because("counts are taken on the monotonic clock, and the log keeps the time (I3)")
                .check(MAIN);
        noClasses()
                .that()
                .haveNameNotMatching("io\\.sexton\\.client\\.(MonotonicClock|TopicReader)(\\$.*)?")
                .should()
                .callMethod(System.class, "nanoTime")
                .because("only then can a test, or a machine that is suspended, have another clock")
                .check(MAIN);
    }
}
