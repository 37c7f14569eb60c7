package io.sexton.cli.kafka;

import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicFinding;
import io.sexton.service.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sexton topics check} command. */
@Command(
        name = "check",
        header = "Reports topic settings that would break a promise.",
        description = "Does what every service does when it starts: it prints each finding, and a service with any does"
                + " not run.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:services will run on these topics",
            "2:the command line is wrong",
            "3:a problem was found, or the brokers do not answer"
        })
final class TopicsCheckCommand implements Callable<Integer> {

    /** Upper bound on the brokers' response time. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--single-broker",
            description = "Do not check replication, as services with single-broker: true do not.")
    private boolean singleBroker;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (TopicAdmin admin = new TopicAdmin(kafka.clientConfig(), kafka.namespace(), TIMEOUT)) {
            List<TopicFinding> findings = admin.check(singleBroker);
            findings.forEach(out::println);
            if (findings.isEmpty()) {
                out.println("the topics are as they must be");
            }
            out.flush();
            return findings.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }
}
