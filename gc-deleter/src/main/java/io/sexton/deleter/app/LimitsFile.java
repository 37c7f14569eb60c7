package io.sexton.deleter.app;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file by which limits change while the deleter runs: read several times a second, because one of its uses is to stop
 * everything. A file that is gone means what is configured; one with a mistake changes nothing.
 */
final class LimitsFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LimitsFile.class);
    private static final long INTERVAL_MILLIS = 250;

    private final Path file;
    private final StoreLimits limits;
    private final ScheduledExecutorService thread;
    private Map<String, String> last = Map.of();
    private String lastProblem = "";

    LimitsFile(Path file, StoreLimits limits) {
        this.file = file;
        this.limits = limits;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("limits").factory());
        read();
        var unused = thread.scheduleWithFixedDelay(this::read, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void read() {
        try {
            Map<String, String> lines = lines();
            if (!lines.equals(last)) {
                limits.override(lines);
                last = lines;
                LOG.info("The limits are now as configured, but for: {}", lines);
            }
            lastProblem = "";
        } catch (IOException | IllegalArgumentException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(lastProblem)) {
                LOG.error("The limits stay as they are; {}: {}", file, problem);
                lastProblem = problem;
            }
        }
    }

    private Map<String, String> lines() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            return Map.of();
        }
        Map<String, String> lines = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(name -> lines.put(name, properties.getProperty(name).strip()));
        return lines;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
