package io.sexton.cli.kafka;

import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.service.CommandFailure;
import io.sexton.service.Durations;
import io.sexton.service.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code sexton topics create} command. */
@Command(
        name = "create",
        header = "Makes the topics that do not exist yet.",
        description = {
            "Makes gc.events, gc.delete-commands, gc.notices, gc.lock-requests, gc.lock-events and gc.dead-letters, and"
                    + " records their number of partitions on gc.meta: it may never change. Topics that exist are left"
                    + " as they are; how they differ is printed. May be repeated, and completes what it began."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all topics exist",
            "2:the command line is wrong",
            "3:the brokers do not answer or refuse, or the topics exist with another number of partitions, or another"
                    + " application id is recorded"
        })
final class TopicsCreateCommand implements Callable<Integer> {

    private static final String FOR_EVER = "forever";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--partitions",
            required = true,
            paramLabel = "N",
            description = {
                "Partitions of each topic. Can never be changed: choose as many as instances of a service may ever run"
                        + " side by side."
            })
    private int partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            description = "Copies of each record. Default: 3, which is the least that services accept.")
    private @Nullable Integer replication;

    @Option(
            names = "--min-insync",
            paramLabel = "N",
            description = {
                "Copies that must have a record before it is acknowledged. Default: 2, which is the least"
                        + " that services accept."
            })
    private @Nullable Integer minInsync;

    @Option(
            names = "--single-broker",
            description = {
                "One copy, on the one broker that there is. Services then need single-broker: true. Never for data that"
                        + " matters: with that broker's disk all is lost that Sexton knows."
            })
    private boolean singleBroker;

    @Option(
            names = "--retention",
            paramLabel = "TOPIC=TIME",
            description = {
                "How long a topic's records are kept: 12h, 365d or forever; may be repeated. Default: gc.events 365d,"
                        + " gc.delete-commands and gc.dead-letters 90d, lock topics 30d, gc.notices 14d."
            })
    private Map<String, String> retention = new LinkedHashMap<>();

    @Option(
            names = "--streams-application-id",
            paramLabel = "ID",
            description = {
                "Records on gc.meta that gc-streams runs under this application id. Left out: gc-streams records its own at"
                        + " its first start. Whatever is recorded first counts for ever."
            })
    private @Nullable String streamsId;

    @Option(
            names = "--coordinator-application-id",
            paramLabel = "ID",
            description = "The same for the lock-coordinator.")
    private @Nullable String coordinatorId;

    @Override
    public Integer call() {
        TopicSettings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        try (TopicAdmin admin = new TopicAdmin(kafka.clientConfig(), kafka.namespace(), TopicsCheckCommand.TIMEOUT)) {
            TopicAdmin.Created created = admin.create(settings);
            out.println(
                    created.made().isEmpty()
                            ? "all topics exist already"
                            : "made " + String.join(", ", created.made()));
            created.differences().forEach(difference -> out.println("left as it is: " + difference));
            record(admin, Topics.EVENTS, streamsId);
            record(admin, Topics.LOCK_REQUESTS, coordinatorId);
            out.flush();
            return ExitCode.DONE;
        }
    }

    private void record(TopicAdmin admin, String log, @Nullable String applicationId) {
        if (applicationId == null) {
            return;
        }
        String counts = admin.recordApplication(log, applicationId);
        if (!counts.equals(applicationId)) {
            throw CommandFailure.failed(
                    kafka.namespace().topic(log) + " is folded under application id '" + counts + "', as "
                            + kafka.namespace().topic(Topics.META) + " records, not '" + applicationId
                            + "': that may never change",
                    null);
        }
    }

    private TopicSettings settings() {
        if (singleBroker && (replication != null || minInsync != null)) {
            throw CommandFailure.usage("--single-broker excludes --replication and --min-insync");
        }
        int copies = replication != null ? replication : singleBroker ? 1 : 3;
        int insync = minInsync != null ? minInsync : singleBroker ? 1 : Math.min(2, copies);
        Map<String, Duration> kept = new LinkedHashMap<>();
        try {
            retention.forEach((topic, time) ->
                    kept.put(topic, time.equals(FOR_EVER) ? TopicSettings.FOR_EVER : Durations.parse(time)));
            return new TopicSettings(partitions, copies, insync, kept);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }
}
