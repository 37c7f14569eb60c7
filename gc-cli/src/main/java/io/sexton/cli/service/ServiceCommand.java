package io.sexton.cli.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sexton.cli.LongRunning;
import io.sexton.service.CommandFailure;
import io.sexton.service.ConfigFile;
import io.sexton.service.ExitCode;
import io.sexton.service.OperationsConfig;
import io.sexton.service.OperationsServer;
import io.sexton.service.Readiness;
import io.sexton.service.RunningService;
import io.sexton.service.ServiceProcess;
import io.sexton.service.StartupException;
import io.sexton.service.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A command that runs one service in the foreground.
 *
 * @param <C> the service's configuration
 */
@Command(
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:the command line or the configuration is wrong",
            "3:the service could not start, or failed",
            "143:it was terminated (SIGTERM) and stopped in good order; 130 after Ctrl-C"
        })
abstract sealed class ServiceCommand<C> implements Callable<Integer>, LongRunning
        permits StreamsCommand, CoordinatorCommand, DeleterCommand {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceCommand.class);

    private final Class<C> mapping;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = {
                "YAML; docs/config/ has one for each service, with every key and its default. An environment variable"
                        + " wins over a key: SEXTON_STATE_DIR over sexton.state-dir."
            })
    @SuppressWarnings("NullAway.Init") // required
    private Path config;

    ServiceCommand(Class<C> mapping) {
        this.mapping = mapping;
    }

    /** A service whose configuration is right. */
    interface Startable {
        /**
         * Starts it; it need not be ready yet.
         *
         * @throws StartupException if the log or the machine is not what it must be
         */
        RunningService start(MeterRegistry metrics);
    }

    /**
     * Checks the configuration without further effects.
     *
     * @throws StartupException naming the key that is wrong
     */
    abstract Startable check(C configuration);

    abstract OperationsConfig operations(C configuration);

    @Override
    public Integer call() {
        OperationsConfig operations;
        Startable checked;
        try {
            C configuration = ConfigFile.load(config, mapping, System.getenv());
            operations = operations(configuration);
            checked = check(configuration);
        } catch (StartupException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Readiness ready = new Readiness();
        // The server first: a port that is taken is reported at once, and a start that takes long is seen.
        try (StopSignal signal = new StopSignal();
                OperationsServer server = OperationsServer.start(operations.host(), operations.port(), ready, metrics);
                RunningService service = checked.start(metrics)) {
            ready.follow(service.ready());
            LOG.info(
                    "{} is starting; health and metrics on http://{}:{}",
                    service.name(),
                    operations.host(),
                    server.port());
            ServiceProcess.await(List.of(service), signal, () -> LOG.info("{} is ready", service.name()));
            return ExitCode.DONE;
        }
    }
}
