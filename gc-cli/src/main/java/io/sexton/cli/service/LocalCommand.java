package io.sexton.cli.service;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sexton.cli.LongRunning;
import io.sexton.cli.NamesFiles;
import io.sexton.deleter.storage.FileStore;
import io.sexton.deleter.storage.LocalObjectStore;
import io.sexton.deleter.storage.LocalStoreSettings;
import io.sexton.deleter.storage.RootShape;
import io.sexton.deleter.storage.Roots;
import io.sexton.deleter.storage.StoreRules;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import io.sexton.service.OperationsServer;
import io.sexton.service.Readiness;
import io.sexton.service.ServiceProcess;
import io.sexton.service.StopSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code sexton local}. */
@Command(
        name = "local",
        header = "Runs all of Sexton in one process, on a broker of its own.",
        description = {
            "For trying things and for developing an integration: a Kafka broker on the loopback interface, gc-streams,"
                    + " lock-coordinator and gc-deleter. All data is kept in the directory, over restarts. Runs until it"
                    + " is stopped."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:the command line is wrong",
            "3:something could not start, or failed",
            "143:it was terminated (SIGTERM) and stopped in good order; 130 after Ctrl-C"
        })
public final class LocalCommand implements Callable<Integer>, LongRunning, NamesFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCommand.class);
    private static final int PARTITIONS = 4;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Where the broker keeps its log, and the services their state. Made if it is not there.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    /** A directory under a name. */
    record NamedDirectory(String name, Path directory) {}

    static final class NamedDirectoryConverter implements ITypeConverter<NamedDirectory> {
        @Override
        public NamedDirectory convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("'" + text + "' is not NAME=DIR");
            }
            return new NamedDirectory(text.substring(0, equals), Path.of(text.substring(equals + 1)));
        }
    }

    @Option(
            names = "--store",
            paramLabel = "NAME=DIR",
            converter = NamedDirectoryConverter.class,
            description = {
                "A directory from which files may be deleted, by the name that RegionOpened.store has; may be repeated."
                        + " Must exist. Without any, nothing is deleted."
            })
    private List<NamedDirectory> stores = new ArrayList<>();

    @Option(
            names = "--root-shape",
            paramLabel = "SHAPE",
            defaultValue = "{region}",
            description = {
                "The shape of the roots of regions in the stores: segments separated by '/', {region} is the"
                        + " region's id, {region/0} and {region/1} are segments of it, * any text. May be repeated."
                        + " Default: ${DEFAULT-VALUE}."
            })
    @SuppressWarnings("NullAway.Init") // has a default
    private List<String> rootShapes;

    @Option(
            names = "--exclusive-roots",
            description = {
                "No two regions share a root: allows root shapes without {region}. The first region that opens a root"
                        + " owns it, and others are refused."
            })
    private boolean exclusiveRoots;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Where Kafka clients connect, at 127.0.0.1; 0: any free port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--operations-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Health and metrics, at 127.0.0.1. Default: any free port, which is logged.")
    private int operationsPort;

    @Override
    public Integer call() {
        requirePort(port, "--port");
        requirePort(operationsPort, "--operations-port");
        requireFree(port, "--port");
        requireFree(operationsPort, "--operations-port");
        makeDataDirectory();
        Map<String, FileStore> opened = openStores();
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Readiness ready = new Readiness();
        try (StopSignal signal = new StopSignal();
                OperationsServer server = OperationsServer.start("127.0.0.1", operationsPort, ready, metrics);
                LocalServices local = LocalServices.start(data.toAbsolutePath(), port, PARTITIONS, opened, metrics)) {
            ready.follow(() -> local.services().stream()
                    .allMatch(service -> service.ready().getAsBoolean()));
            LOG.info("Health and metrics on http://127.0.0.1:{}", server.port());
            ServiceProcess.await(
                    local.services(),
                    signal,
                    () -> LOG.info("sexton is ready; Kafka clients connect to {}", local.bootstrapServers()));
            return ExitCode.DONE;
        }
    }

    private static void requirePort(int port, String option) {
        if (port < 0 || port > 65_535) {
            throw CommandFailure.usage(
                    option + ": " + port + " is no port; ports are 1 to 65535, and 0 is any free one");
        }
    }

    private void makeDataDirectory() {
        try {
            Files.createDirectories(data);
        } catch (FileAlreadyExistsException e) {
            throw CommandFailure.usage("--data: " + e.getFile() + " is not a directory");
        } catch (AccessDeniedException e) {
            throw CommandFailure.failed("--data: " + data + " cannot be made: permission denied", e);
        } catch (IOException e) {
            throw CommandFailure.because("--data: " + data + " cannot be made", e);
        }
    }

    /** Fails in one line; the broker would report a used port in some hundred lines. */
    private static void requireFree(int port, String option) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw CommandFailure.usage(option + ": cannot listen on port " + port + ": " + e.getMessage());
        }
    }

    private Map<String, FileStore> openStores() {
        Map<String, FileStore> opened = new HashMap<>();
        Roots roots = roots();
        stores.forEach(store -> {
            String name = store.name();
            Path directory = store.directory();
            if (opened.containsKey(name)) {
                throw CommandFailure.usage("--store " + name + ": is given twice");
            }
            if (!Files.isDirectory(directory)) {
                throw CommandFailure.usage("--store " + name + ": " + directory + " is not a directory");
            }
            try {
                opened.put(
                        name,
                        new FileStore(
                                new LocalObjectStore(new LocalStoreSettings(directory.toAbsolutePath(), null)),
                                // No floors: what is tried out here lingers for seconds.
                                StoreRules.withoutFloors(roots),
                                null));
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage("--store " + name + ": " + e.getMessage());
            }
        });
        return opened;
    }

    private Roots roots() {
        try {
            List<RootShape> shapes = rootShapes.stream().map(RootShape::parse).toList();
            return exclusiveRoots ? Roots.exclusive(shapes) : Roots.named(shapes);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--root-shape: " + e.getMessage());
        }
    }
}
