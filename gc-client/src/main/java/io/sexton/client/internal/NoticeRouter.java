package io.sexton.client.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.spi.AnswerFeed;
import io.sexton.client.spi.Deadline;
import io.sexton.client.spi.Timers;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.Notice;
import io.sexton.v1.PinVerdict;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The router of notices: passes the notices of a region to its followers. A pin's verdicts are passed to that pin
 * alone, so that the cost of a verdict does not grow with the number of pins.
 *
 * <p>Safe for use by any thread. Handlers are called by the reading thread, in log order, and must not block.
 */
public final class NoticeRouter implements AnswerFeed.Sink, AutoCloseable {

    /** The receiver of the notices of one region. */
    public interface Handler {
        void notice(LogPosition at, Notice notice);

        /** Reports that notices of the region may have been missed. */
        void gap(String why);
    }

    /** The receiver of the verdicts on one reader. */
    public interface VerdictHandler {
        void verdict(PinVerdict verdict);

        /** Reports that verdicts may have been missed. */
        void gap(String why);
    }

    private record Reader(RegionId region, VerdictHandler handler) {}

    private final AnswerFeed reader;
    private final Map<RegionId, Set<Handler>> regions = new ConcurrentHashMap<>();
    private final Map<String, Reader> readers = new ConcurrentHashMap<>();

    NoticeRouter(Function<AnswerFeed.Sink, AnswerFeed> notices) {
        this.reader = notices.apply(this);
    }

    /** Passes the region's notices, except pin verdicts, to the handler until the result is closed. */
    public Following follow(RegionId region, Handler handler) {
        regions.compute(region, (id, handlers) -> {
            // In insertion order, so that a simulation is reproducible.
            Set<Handler> all = handlers == null ? new CopyOnWriteArraySet<>() : handlers;
            all.add(handler);
            return all;
        });
        return new Following(
                reader.follow(region),
                () -> regions.computeIfPresent(region, (id, handlers) -> {
                    handlers.remove(handler);
                    return handlers.isEmpty() ? null : handlers;
                }));
    }

    /** Passes the verdicts on a reader to the handler until the result is closed. */
    Following followReader(RegionId region, String readerId, VerdictHandler handler) {
        readers.put(readerId, new Reader(region, handler));
        return new Following(reader.follow(region), () -> readers.remove(readerId));
    }

    @Override
    public void record(RegionId region, LogPosition at, byte[] value) {
        Notice notice;
        try {
            notice = Notice.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
        if (notice.hasPinVerdict()) {
            Reader owner = readers.get(notice.getPinVerdict().getReaderId());
            if (owner != null && owner.region.equals(region)) {
                owner.handler.verdict(notice.getPinVerdict());
            }
        } else {
            regions.getOrDefault(region, Set.of()).forEach(handler -> handler.notice(at, notice));
        }
    }

    @Override
    public void gap(int partition, String why) {
        regions.forEach((region, handlers) -> {
            if (reader.partitionOf(region) == partition) {
                handlers.forEach(handler -> handler.gap(why));
            }
        });
        readers.values().forEach(owner -> {
            if (reader.partitionOf(owner.region) == partition) {
                owner.handler.gap(why);
            }
        });
    }

    @Override
    public void close() {
        reader.close();
    }

    /** A registration for a region's notices. */
    public final class Following implements AutoCloseable {
        private final AnswerFeed.Follow follow;
        private final Runnable unregister;

        private Following(AnswerFeed.Follow follow, Runnable unregister) {
            this.follow = follow;
            this.unregister = unregister;
        }

        /** Returns a future that completes once the answers to later requests cannot be missed. */
        CompletableFuture<Void> ready() {
            return follow.ready();
        }

        /**
         * Waits until the registration is ready.
         *
         * @throws PublishException if the notices cannot be read in time
         */
        public void awaitReady(Duration timeout) throws InterruptedException {
            try {
                follow.ready().get(Deadline.nanosOf(timeout), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw unreadable();
            } catch (ExecutionException e) {
                throw Futures.rethrown(e);
            }
        }

        /** Returns a future that completes once the registration is ready, and fails after the deadline. */
        public CompletableFuture<Void> readyBefore(Deadline deadline, Timers timers) {
            return Futures.within(follow.ready(), deadline, timers, this::unreadable);
        }

        private PublishException unreadable() {
            return new PublishException(
                    "nothing was sent, because its answers on " + Topics.NOTICES + " could not be read: "
                            + reader.problem(),
                    null);
        }

        /** Returns the reason for which the registration may not be ready; empty if there is no problem. */
        String problem() {
            return reader.problem();
        }

        @Override
        public void close() {
            unregister.run();
            reader.leave(follow);
        }
    }
}
