package io.sexton.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a process that runs services: it ends when it is asked to, or when one of them cannot go on. */
public final class ServiceProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final long LOOK_AGAIN_MS = 100;

    private ServiceProcess() {}

    /**
     * Waits until the process is asked to end, or its thread is interrupted. The services are left to their owner.
     *
     * @param whenReady done once all services work
     * @throws CommandFailure if a service has stopped by itself
     */
    public static void await(List<RunningService> services, StopSignal signal, Runnable whenReady) {
        CompletableFuture<Object> end = CompletableFuture.anyOf(
                Stream.concat(Stream.of(signal.asked()), services.stream().map(RunningService::failure))
                        .toArray(CompletableFuture[]::new));
        boolean said = false;
        while (true) {
            if (!said && services.stream().allMatch(service -> service.ready().getAsBoolean())) {
                said = true;
                whenReady.run();
            }
            try {
                if (said) {
                    end.get();
                } else {
                    end.get(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
                }
                break;
            } catch (TimeoutException e) {
                // Look again whether they are ready.
            } catch (ExecutionException e) {
                break; // a failure that could not even be told; named below
            } catch (InterruptedException e) {
                LOG.info("Interrupted: stopping");
                return;
            }
        }
        services.forEach(ServiceProcess::requireWorking);
        LOG.info("Stopping");
    }

    private static void requireWorking(RunningService service) {
        if (service.failure().isDone()) {
            Throwable cause = service.failure()
                    .handle((value, failure) -> value != null ? value : failure)
                    .join();
            throw CommandFailure.because(service.name() + " cannot go on", cause);
        }
    }
}
