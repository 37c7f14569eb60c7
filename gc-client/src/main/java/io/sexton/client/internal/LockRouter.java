package io.sexton.client.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.client.LogPosition;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.proto.RegionId;
import io.sexton.v1.LockEvent;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Function;

/**
 * The router of lock events: passes the events of this owner to the requesters of the region's lock.
 *
 * <p>Safe for use by any thread. Handlers are called by the reading thread, in log order, and must not block.
 */
final class LockRouter implements AnswerFeed.Sink, AutoCloseable {

    /** The receiver of the events of this owner in one region. */
    interface Handler {
        void event(LockEvent event);

        /** Reports that events of the region may have been missed. */
        void gap(String why);
    }

    private final String owner;
    private final AnswerFeed reader;
    private final Map<RegionId, Set<Handler>> regions = new ConcurrentHashMap<>();

    LockRouter(String owner, Function<AnswerFeed.Sink, AnswerFeed> events) {
        this.owner = owner;
        this.reader = events.apply(this);
    }

    AnswerFeed.Follow follow(RegionId region, Handler handler) {
        regions.compute(region, (id, handlers) -> {
            // In insertion order, so that a simulation is reproducible.
            Set<Handler> all = handlers == null ? new CopyOnWriteArraySet<>() : handlers;
            all.add(handler);
            return all;
        });
        return reader.follow(region);
    }

    void leave(RegionId region, Handler handler, AnswerFeed.Follow follow) {
        regions.computeIfPresent(region, (id, handlers) -> {
            handlers.remove(handler);
            return handlers.isEmpty() ? null : handlers;
        });
        reader.leave(follow);
    }

    /** Returns the reason for which a request may not have been sent or answered; empty if there is no problem. */
    String problem() {
        return reader.problem();
    }

    @Override
    public void record(RegionId region, LogPosition at, byte[] value) {
        LockEvent event;
        try {
            event = LockEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
        if (event.getOwner().equals(owner)) {
            regions.getOrDefault(region, Set.of()).forEach(handler -> handler.event(event));
        }
    }

    @Override
    public void gap(int partition, String why) {
        regions.forEach((region, handlers) -> {
            if (reader.partitionOf(region) == partition) {
                handlers.forEach(handler -> handler.gap(why));
            }
        });
    }

    @Override
    public void close() {
        reader.close();
    }
}
