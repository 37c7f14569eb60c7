package io.sexton.client;

import io.sexton.proto.EventRules;
import io.sexton.proto.RegionId;
import io.sexton.proto.Topics;
import io.sexton.v1.RegionEvent;
import java.util.concurrent.CompletableFuture;

/** The sender of events: checks them and appends them to the event log. Safe for use by any thread. */
final class EventSender {

    private final LogWriter log;
    private final String producer;

    EventSender(LogWriter log, String producer) {
        this.log = log;
        this.producer = producer;
    }

    /** Returns a builder with region, producer and epoch of an event. */
    RegionEvent.Builder event(RegionId region, long epoch) {
        return RegionEvent.newBuilder()
                .setRegion(region.value())
                .setProducer(producer)
                .setEpoch(epoch);
    }

    /**
     * Appends an event whose order among others does not matter.
     *
     * @throws InvalidEventException if it breaks a rule; nothing is sent then
     */
    CompletableFuture<LogPosition> send(RegionEvent event) {
        RegionEvent signed = signed(event);
        check(signed);
        return log.append(Topics.EVENTS, RegionId.of(event.getRegion()), signed);
    }

    /**
     * Checks the rules of the schema and the size of an event.
     *
     * @throws InvalidEventException if the event breaks a rule or is too large
     */
    void check(RegionEvent event) {
        requireValid(event);
        RegionId region = RegionId.of(event.getRegion());
        int bytes = signed(event).getSerializedSize();
        if (bytes > log.maxValueBytes(region)) {
            throw new InvalidEventException(
                    "event",
                    "has " + bytes + " bytes, more than the " + log.maxValueBytes(region) + " of the largest record");
        }
    }

    /**
     * Rejects an event that the fold would not apply, because the producer can still correct it.
     *
     * @throws InvalidEventException naming the first field that breaks a rule
     */
    static void requireValid(RegionEvent event) {
        RegionId.problemWith(event.getRegion()).ifPresent(problem -> {
            throw new InvalidEventException("region", problem);
        });
        if (event.hasTick() || event.hasPolicySet()) {
            throw new InvalidEventException(
                    "event", "concerns a whole partition, not a region, and cannot be published for one");
        }
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
    CompletableFuture<LogPosition> send(RegionEvent event, SendOrder order) {
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
