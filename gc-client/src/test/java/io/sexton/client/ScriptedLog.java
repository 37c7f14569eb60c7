package io.sexton.client;

import com.google.protobuf.MessageLite;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** Keeps what is appended until the test acknowledges it. */
final class ScriptedLog implements LogWriter {

    /** What was appended. */
    record Append(MessageLite message, CompletableFuture<LogPosition> acknowledged) {
        RegionEvent event() {
            return (RegionEvent) message;
        }

        LockRequest lockRequest() {
            return (LockRequest) message;
        }
    }

    final List<Append> appends = new ArrayList<>();
    private IntConsumer onAppend = index -> {};

    /** Acknowledges everything from now on, at its index. */
    ScriptedLog acknowledging() {
        return onAppend(this::acknowledge);
    }

    /** Fails everything from now on. */
    ScriptedLog failing() {
        return onAppend(this::fail);
    }

    /** Does this with the index of everything that is appended from now on. */
    ScriptedLog onAppend(IntConsumer action) {
        onAppend = action;
        return this;
    }

    @Override
    public CompletableFuture<LogPosition> append(String topic, RegionId region, MessageLite message) {
        Append append = new Append(message, new CompletableFuture<>());
        appends.add(append);
        onAppend.accept(appends.size() - 1);
        return append.acknowledged();
    }

    void acknowledge(int index) {
        appends.get(index).acknowledged().complete(new LogPosition(0, index));
    }

    void fail(int index) {
        appends.get(index)
                .acknowledged()
                .completeExceptionally(new PublishException("no acknowledgement of " + index, null));
    }

    @Override
    public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
        throw new UnsupportedOperationException("nothing here concerns all partitions");
    }

    @Override
    public void flush() {}

    @Override
    public int maxValueBytes(RegionId region) {
        return 10_000;
    }
}
