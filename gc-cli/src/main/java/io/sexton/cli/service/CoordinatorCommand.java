package io.sexton.cli.service;

import io.sexton.fold.app.FoldRuntime;
import io.sexton.fold.app.FoldSettings;
import io.sexton.locks.app.CoordinatorConfiguration;
import io.sexton.locks.app.CoordinatorService;
import io.sexton.service.OperationsConfig;
import io.sexton.service.RunningService;
import picocli.CommandLine.Command;

/** The {@code sexton coordinator} command. */
@Command(
        name = "coordinator",
        header = "Runs the lock-coordinator: grants locks of regions.",
        description = {
            "Folds gc.lock-requests into leases with fencing tokens and writes gc.lock-events. Several instances share the"
                    + " partitions. Runs until it is stopped."
        })
public final class CoordinatorCommand extends ServiceCommand<CoordinatorConfiguration> {

    CoordinatorCommand() {
        super(CoordinatorConfiguration.class);
    }

    @Override
    Startable check(CoordinatorConfiguration configuration) {
        FoldSettings settings = configuration.fold();
        return metrics -> {
            FoldRuntime service = CoordinatorService.start(settings, configuration.tickInterval(), metrics);
            return new RunningService("lock-coordinator", service::isReady, service.failure(), service::close);
        };
    }

    @Override
    OperationsConfig operations(CoordinatorConfiguration configuration) {
        return configuration.operations();
    }
}
