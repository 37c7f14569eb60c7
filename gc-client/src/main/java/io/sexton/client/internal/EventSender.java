package io.sexton.client.internal;

import io.sexton.client.InvalidEventException;
import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.spi.LogWriter;
import io.sexton.proto.EventRules;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The sender of events: checks them and appends them to the event log. Safe for use by any thread. */
public final class EventSender {

    private final LogWriter log;
    private final String producer;

    public EventSender(LogWriter log, String producer) {
        this.log = log;
        this.producer = producer;
    }

    /** Returns a builder with region, producer and epoch of an event. */
    public RegionEvent.Builder event(RegionId region, long epoch) {
        return RegionEvent.newBuilder()
                .setRegion(region.value())
                .setProducer(producer)
                .setEpoch(epoch);
    }

    /** Returns a builder of an event without an epoch: not of a leader. */
    public RegionEvent.Builder event(RegionId region) {
        return event(region, 0);
    }

    /**
     * Appends an event whose order among others does not matter.
     *
     * @throws InvalidEventException if it breaks a rule or is too large; nothing is sent then
     */
    public CompletableFuture<LogPosition> send(RegionEvent event) {
        RegionEvent signed = signed(event);
        check(signed);
        return append(signed);
    }

    /**
     * Appends an event, in several parts if it is too large for one record.
     *
     * @return the positions of the parts, in order; fails if one was not acknowledged, and then some may be in the log
     * @throws InvalidEventException if it breaks a rule, or is too large and cannot be split; nothing is sent then
     */
    public CompletableFuture<List<LogPosition>> sendParts(RegionEvent event) {
        return Futures.all(split(event).stream().map(this::append).toList());
    }

    /**
     * Returns the events to send for an event, each of which fits into a record.
     *
     * @throws InvalidEventException if it breaks a rule, or is too large and cannot be split
     */
    public List<RegionEvent> split(RegionEvent event) {
        RegionEvent signed = signed(event);
        requireValid(signed);
        return EventSize.split(signed, maxBytes(signed));
    }

    /**
     * Checks the rules of the schema and the size of an event.
     *
     * @throws InvalidEventException if the event breaks a rule or is too large
     */
    public void check(RegionEvent event) {
        requireValid(event);
        EventSize.check(signed(event), maxBytes(event));
    }

    /** Returns the maximum size of an event of the region, in bytes. */
    int maxBytes(RegionId region) {
        return log.maxValueBytes(region);
    }

    private int maxBytes(RegionEvent event) {
        return maxBytes(RegionId.of(event.getRegion()));
    }

    private CompletableFuture<LogPosition> append(RegionEvent event) {
        return log.append(Topics.EVENTS, RegionId.of(event.getRegion()), event);
    }

    /**
     * Rejects an event that the fold would not apply, because the producer can still correct it.
     *
     * @throws InvalidEventException naming the first field that breaks a rule
     */
    public static void requireValid(RegionEvent event) {
        RegionId.problemWith(event.getRegion()).ifPresent(problem -> {
            throw new InvalidEventException("region", problem);
        });
        if (event.hasTick() || event.hasPolicySet()) {
            throw new InvalidEventException(
                    "event", "concerns a whole partition, not a region, and cannot be published for one");
        }
        requireRules(event);
    }

    /**
     * Rejects an event whose fields break a rule of the schema.
     *
     * @throws InvalidEventException naming the first field that breaks a rule
     */
    public static void requireRules(RegionEvent event) {
        EventRules.problemWith(event).ifPresent(breach -> {
            throw new InvalidEventException(breach.field(), breach.problem());
        });
    }

    private RegionEvent signed(RegionEvent event) {
        return event.getProducer().isEmpty()
                ? event.toBuilder().setProducer(producer).build()
                : event;
    }

    /**
     * Appends the next event of a sequence.
     *
     * @return its position; fails with a {@link PublishException} also if an earlier event of the sequence has failed
     * @throws InvalidEventException if the event breaks a rule; nothing is sent then, and the sequence continues
     */
    public CompletableFuture<LogPosition> send(RegionEvent event, SendOrder order) {
        SendOrder.Ticket ticket;
        try {
            ticket = order.admit();
        } catch (PublishException overtaking) {
            check(event);
            return CompletableFuture.failedFuture(overtaking);
        }
        CompletableFuture<LogPosition> result = new CompletableFuture<>();
        Futures.whenDone(
                send(event),
                position -> order.failureAfterGap(ticket, position)
                        .ifPresentOrElse(result::completeExceptionally, () -> result.complete(position)),
                failure -> {
                    order.failed(ticket, failure);
                    result.completeExceptionally(failure);
                });
        return result;
    }
}
