package io.sexton.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sexton.cli.service.LocalServices;
import io.sexton.client.RegionSettings;
import io.sexton.client.RegionWriter;
import io.sexton.client.SextonClient;
import io.sexton.client.locks.LockOptions;
import io.sexton.client.pins.PinOptions;
import io.sexton.client.pins.PinTarget;
import io.sexton.proto.RegionId;
import io.sexton.v1.FileRef;
import io.sexton.v1.LockMode;
import io.sexton.v1.ManifestEdit;
import io.sexton.v1.QueryFinished;
import io.sexton.v1.RegionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * The time that a database waits for Sexton, with all of Sexton and one broker in this process and nothing else to do:
 * until a pin is accepted, and until a lock that nobody holds is granted. Beside them, as the baseline, the time until the
 * broker acknowledges a record, which each of those waits contains.
 *
 * <p>Arguments: waits of each kind (200).
 */
public final class LatencyBenchmark {
    private static final RegionId REGION = RegionId.of("r");
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final int WARM_UP = 50;

    private LatencyBenchmark() {}

    /** A wait, which ends with the call. Closing what it returns is not measured. */
    private interface Wait {
        AutoCloseable end() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        int waits = Arguments.number(args, 0, 200);
        Path dir = Files.createTempDirectory("latency");
        try (LocalServices services = LocalServices.start(dir, 0, 4, Map.of(), new SimpleMeterRegistry());
                SextonClient client = SextonClient.builder(services.bootstrapServers())
                        .name("bench")
                        .build()) {
            services.awaitReady();
            try (RegionWriter writer = client.publisher().openRegion(REGION, 1, RegionSettings.of("main", "r"), 0)) {
                writer.edit(ManifestEdit.newBuilder()
                        .setVersion(1)
                        .addAdded(FileRef.newBuilder().setPath("f"))
                        .build());
                RegionEvent nothing = RegionEvent.newBuilder()
                        .setRegion(REGION.value())
                        .setQueryFinished(QueryFinished.newBuilder().setReaderId("nobody"))
                        .build();
                PinOptions pin = PinOptions.ttl(TTL);
                LockOptions lock = LockOptions.of(LockMode.EXCLUSIVE, "bench", TTL);
                double base = measure("record acknowledged", waits, Double.NaN, () -> {
                    var unused = client.publisher().publish(nothing);
                    return () -> {};
                });
                measure("pin accepted", waits, base, () -> client.pins().pin(REGION, PinTarget.atVersion(1), pin));
                measure("lock granted", waits, base, () -> client.locks().acquire(REGION, lock));
            }
        } finally {
            Directories.delete(dir);
        }
    }

    /** Prints the wait's percentiles, and its ratio to the baseline. Returns its median in milliseconds. */
    private static double measure(String what, int waits, double baseline, Wait wait) throws Exception {
        double[] millis = new double[waits];
        for (int i = -WARM_UP; i < waits; i++) {
            Thread.sleep(PAUSE);
            long begin = System.nanoTime();
            AutoCloseable ended = wait.end();
            if (i >= 0) {
                millis[i] = (System.nanoTime() - begin) / 1e6;
            }
            ended.close();
        }
        Arrays.sort(millis);
        double median = millis[waits / 2];
        System.out.printf(
                Locale.ROOT,
                "%-20s median %.1f ms, p99 %.1f ms (%.1f times the baseline)%n",
                what,
                median,
                millis[waits * 99 / 100],
                median / baseline);
        return median;
    }
}
