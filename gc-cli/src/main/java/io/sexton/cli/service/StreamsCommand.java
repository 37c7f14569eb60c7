package io.sexton.cli.service;

import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.service.OperationsConfig;
import io.sexton.service.RunningService;
import io.sexton.streams.app.PolicyOptions;
import io.sexton.streams.app.StreamsConfiguration;
import io.sexton.streams.app.StreamsService;
import io.sexton.streams.topology.ConfiguredPolicies;
import picocli.CommandLine.Command;

/** The {@code sexton streams} command. */
@Command(
        name = "streams",
        header = "Runs gc-streams: decides which files may be deleted.",
        description = {
            "Folds gc.events into state and writes delete commands, notices and dead letters. Several instances share the"
                    + " partitions. Runs until it is stopped."
        })
public final class StreamsCommand extends ServiceCommand<StreamsConfiguration> {

    StreamsCommand() {
        super(StreamsConfiguration.class);
    }

    @Override
    Startable check(StreamsConfiguration configuration) {
        FoldSettings settings = configuration.fold();
        ConfiguredPolicies policies = PolicyOptions.of(configuration);
        return metrics -> {
            FoldRuntime service = StreamsService.start(settings, configuration.tickInterval(), policies, metrics);
            return new RunningService("gc-streams", service::isReady, service.failure(), service::close);
        };
    }

    @Override
    OperationsConfig operations(StreamsConfiguration configuration) {
        return configuration.operations();
    }
}
