package io.sexton.deleter.app;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that changes limits while the deleter runs. It is read several times a second, because one of its uses is to
 * stop all deletion. Without a file, the configured limits apply.
 *
 * <p>A file that cannot be read completely stops all deletion until it can be: it may contain that order (I5). A change
 * takes effect once two readings in a row agree, so that a partially written file is not used.
 */
final class LimitsFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LimitsFile.class);
    private static final long INTERVAL_MILLIS = 250;

    private final Path file;
    private final StoreLimits limits;
    private final ScheduledExecutorService thread;
    private Map<String, String> inForce = Map.of();
    private Map<String, String> lastRead;
    private String problem = "";

    LimitsFile(Path file, StoreLimits limits) {
        this.file = file;
        this.limits = limits;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("limits").factory());
        this.lastRead = readFirst();
        var unused = thread.scheduleWithFixedDelay(this::read, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Map<String, String> readFirst() {
        try {
            Map<String, String> lines = lines();
            apply(lines);
            return lines;
        } catch (IOException | RuntimeException e) {
            halt(e);
            return Map.of();
        }
    }

    private void read() {
        try {
            Map<String, String> lines = lines();
            boolean settled = lines.equals(lastRead);
            lastRead = lines;
            if (settled) {
                apply(lines);
            }
        } catch (IOException | RuntimeException e) {
            // WARNING: no exception may end the thread, for the file could no longer stop this deleter then.
            halt(e);
        }
    }

    private void apply(Map<String, String> lines) {
        boolean wasBroken = !problem.isEmpty();
        if (wasBroken || !lines.equals(inForce)) {
            limits.override(lines);
            inForce = lines;
            problem = "";
            LOG.info(
                    "{}the limits are now as configured, but for: {}",
                    wasBroken ? "limits file " + file + " can be read again, deletion resumes; " : "",
                    lines);
        }
    }

    private void halt(Exception e) {
        String found = describe(e);
        limits.halt("limits file " + file + " cannot be read as a whole: " + found);
        if (!found.equals(problem)) {
            LOG.error(
                    "limits file {} cannot be read as a whole: {}; nothing is deleted until it is corrected or removed",
                    file,
                    found);
            problem = found;
        }
    }

    private static String describe(Exception e) {
        return switch (e) {
            case CharacterCodingException notText -> "it is not UTF-8";
            case AccessDeniedException denied -> "permission denied";
            case IllegalArgumentException mistake when mistake.getMessage() != null -> mistake.getMessage();
            default -> e.toString();
        };
    }

    private Map<String, String> lines() throws IOException {
        Map<String, String> lines = new TreeMap<>();
        Properties properties = new Properties() {
            @Override
            public synchronized @Nullable Object put(Object key, Object value) {
                if (lines.put((String) key, ((String) value).strip()) != null) {
                    throw new IllegalArgumentException("limit '" + key + "' is set twice");
                }
                return null;
            }
        };
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            return Map.of();
        }
        return lines;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
