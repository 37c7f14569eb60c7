package io.sexton.cli.service;

import io.sexton.cli.NamesFiles;
import io.sexton.deleter.app.DeleterConfiguration;
import io.sexton.deleter.app.DeleterOptions;
import io.sexton.deleter.app.DeleterService;
import io.sexton.service.OperationsConfig;
import io.sexton.service.RunningService;
import picocli.CommandLine.Command;

/** The {@code sexton deleter} command. */
@Command(
        name = "deleter",
        header = "Runs the gc-deleter: carries out delete commands under region locks.",
        description = {
            "Reads gc.delete-commands, deletes in the stores that its configuration names, and reports to gc.events."
                    + " Several instances share the partitions. Runs until it is stopped."
        })
public final class DeleterCommand extends ServiceCommand<DeleterConfiguration> implements NamesFiles {

    DeleterCommand() {
        super(DeleterConfiguration.class);
    }

    @Override
    Startable check(DeleterConfiguration configuration) {
        DeleterOptions options = DeleterOptions.of(configuration);
        return metrics -> {
            DeleterService service = DeleterService.start(options, metrics);
            return new RunningService("gc-deleter", service::isReady, service.failure(), service::close);
        };
    }

    @Override
    OperationsConfig operations(DeleterConfiguration configuration) {
        return configuration.operations();
    }
}
