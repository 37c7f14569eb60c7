package io.sexton.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a process that runs services: it ends when it is stopped, or when one of them fails. */
public final class ServiceProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final long CHECK_INTERVAL_MS = 100;

    private ServiceProcess() {}

    /**
     * Waits until the process is stopped, or its thread is interrupted. The services are left to their owner.
     *
     * @param whenReady runs once all services work
     * @throws CommandFailure if a service has failed
     */
    public static void await(List<RunningService> services, StopSignal signal, Runnable whenReady) {
        CompletableFuture<Object> end = CompletableFuture.anyOf(
                Stream.concat(Stream.of(signal.requested()), services.stream().map(RunningService::failure))
                        .toArray(CompletableFuture[]::new));
        boolean announced = false;
        while (true) {
            if (!announced
                    && services.stream().allMatch(service -> service.ready().getAsBoolean())) {
                announced = true;
                whenReady.run();
            }
            try {
                if (announced) {
                    end.get();
                } else {
                    end.get(CHECK_INTERVAL_MS, TimeUnit.MILLISECONDS);
                }
                break;
            } catch (TimeoutException e) {
                // Check again that they are ready.
            } catch (ExecutionException e) {
                break; // a failure without its cause; reported below
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
            throw CommandFailure.because(service.name() + " has failed", cause);
        }
    }
}
