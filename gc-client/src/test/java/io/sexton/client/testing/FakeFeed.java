package io.sexton.client.testing;

import com.google.protobuf.MessageLite;
import io.sexton.client.LogPosition;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.proto.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A feed that delivers the records of a test at once. */
public final class FakeFeed implements AnswerFeed {

    private final List<Sink> sinks = new ArrayList<>();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    /** True if a follow is ready at once. */
    public boolean reachable = true;

    public int followers;

    public FakeFeed to(Sink sink) {
        sinks.add(sink);
        return this;
    }

    public void deliver(RegionId region, MessageLite message) {
        sinks.forEach(sink -> sink.record(region, new LogPosition(0, 0), message.toByteArray()));
    }

    public void gap() {
        sinks.forEach(sink -> sink.gap(0, "a gap"));
    }

    @Override
    public Follow follow(RegionId region) {
        followers++;
        CompletableFuture<Void> ready = new CompletableFuture<>();
        if (reachable) {
            ready.complete(null);
        } else {
            waiting.add(ready);
        }
        return () -> ready;
    }

    @Override
    public void leave(Follow follow) {
        followers--;
    }

    @Override
    public int partitionOf(RegionId region) {
        return 0;
    }

    @Override
    public String problem() {
        return "";
    }

    @Override
    public void close() {
        waiting.forEach(ready -> ready.completeExceptionally(new IllegalStateException("the feed is closed")));
    }
}
