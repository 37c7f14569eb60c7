package io.sexton.client.testing;

import com.google.protobuf.MessageLite;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.spi.LogWriter;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockRequest;
import io.sexton.v1.RegionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** A log whose appends a test acknowledges or fails. */
public final class ScriptedLog implements LogWriter {

    /** An append, with the future of its acknowledgement. */
    public record Append(MessageLite message, CompletableFuture<LogPosition> acknowledged) {
        public RegionEvent event() {
            return (RegionEvent) message;
        }

        public LockRequest lockRequest() {
            return (LockRequest) message;
        }
    }

    public final List<Append> appends = new ArrayList<>();
    private IntConsumer onAppend = index -> {};

    /** Acknowledges every later append, with its index as the offset. */
    public ScriptedLog acknowledging() {
        return onAppend(this::acknowledge);
    }

    /** Fails every later append. */
    public ScriptedLog failing() {
        return onAppend(this::fail);
    }

    /** Sets the action that is called with the index of every later append. */
    public ScriptedLog onAppend(IntConsumer action) {
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

    public void acknowledge(int index) {
        appends.get(index).acknowledged().complete(new LogPosition(0, index));
    }

    public void fail(int index) {
        appends.get(index)
                .acknowledged()
                .completeExceptionally(new PublishException("no acknowledgement of " + index, null));
    }

    /** Appends to two partitions. */
    @Override
    public CompletableFuture<List<LogPosition>> appendToAllPartitions(String topic, MessageLite message) {
        RegionId any = RegionId.of("any");
        return append(topic, any, message)
                .thenCombine(
                        append(topic, any, message),
                        (first, second) ->
                                List.of(new LogPosition(0, first.offset()), new LogPosition(1, second.offset())));
    }

    @Override
    public int maxValueBytes(RegionId region) {
        return 10_000;
    }
}
