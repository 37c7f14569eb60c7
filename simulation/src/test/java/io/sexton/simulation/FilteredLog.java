package io.sexton.simulation;

import com.google.protobuf.MessageLite;
import io.sexton.client.LogPosition;
import io.sexton.client.spi.LogWriter;
import io.sexton.proto.RegionId;
import io.sexton.v1.RegionEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Clients that publish other events than they should. An event that a filter empties counts as acknowledged. */
abstract class FilteredLog extends Parts {

    abstract Optional<RegionEvent> publishes(RegionEvent event);

    @Override
    public LogWriter log(LogWriter log) {
        return new LogWriter() {
            private long nextOffset = 1_000_000;

            @Override
            public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
                if (!(message instanceof RegionEvent event)) {
                    return log.append(topic, region, message);
                }
                Optional<RegionEvent> published = publishes(event);
                return published.isPresent()
                        ? log.append(topic, region, published.get())
                        : CompletableFuture.completedFuture(new LogPosition(0, nextOffset++));
            }

            @Override
            public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
                return log.appendToAllPartitions(topic, message);
            }

            @Override
            public int maxValueBytes(RegionId region) {
                return log.maxValueBytes(region);
            }
        };
    }
}
