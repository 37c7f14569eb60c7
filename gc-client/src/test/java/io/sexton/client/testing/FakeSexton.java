package io.sexton.client.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.sexton.broker.EmbeddedBroker;
import io.sexton.client.LogPosition;
import io.sexton.client.SextonClient;
import io.sexton.proto.RegionId;
import io.sexton.proto.TopicAdmin;
import io.sexton.proto.TopicSettings;
import io.sexton.proto.Topics;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.Notice;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.QueryHeartbeat;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A fake of Sexton on a real broker. It accepts pins unless their paths are condemned, and grants a region's lock to
 * one owner at a time. It has no clock: no pin and no lease expires.
 */
public final class FakeSexton implements AutoCloseable {

    /** An event with its position in the log. */
    public record Logged(LogPosition at, RegionEvent event) {}

    private record Lock(long token, String owner, String requestId) {}

    public final EmbeddedBroker broker = EmbeddedBroker.startTemporary();
    public final List<Logged> events = new CopyOnWriteArrayList<>();
    public final List<LockRequest> lockRequests = new CopyOnWriteArrayList<>();
    /** Paths whose pins are rejected. */
    public final Set<String> condemned = ConcurrentHashMap.newKeySet();
    /** Paths that are rejected as temporary files of compactions. */
    public final Set<String> rejectedPaths = ConcurrentHashMap.newKeySet();
    /** Readers with an accepted pin. */
    public final Set<String> readers = ConcurrentHashMap.newKeySet();

    private final Map<String, List<Lock>> locks = new HashMap<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread = new Thread(this::run, "fake-sexton");
    private volatile boolean closed;
    private boolean paused;

    public FakeSexton(int partitions) {
        try (TopicAdmin admin =
                new TopicAdmin(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(30))) {
            admin.create(TopicSettings.singleBroker(partitions));
        }
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                "fake-sexton",
                "key.serializer",
                ByteArraySerializer.class,
                "value.serializer",
                ByteArraySerializer.class));
        producer.initTransactions();
        thread.start();
    }

    public SextonClient.Builder client() {
        return SextonClient.builder(broker.bootstrapServers()).name("test");
    }

    /** Pauses or resumes the answers. Records of a pause are answered after it. */
    public synchronized void setPaused(boolean isPaused) {
        paused = isPaused;
        notifyAll();
    }

    private synchronized void awaitResumed() {
        while (paused && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public Stream<Logged> eventsOf(RegionId region) {
        return events.stream().filter(logged -> logged.event().getRegion().equals(region.value()));
    }

    public void publish(RegionId region, Notice notice) {
        answer(List.of(record(Topics.NOTICES, region.value(), notice)));
    }

    private void run() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "auto.offset.reset",
                "earliest",
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class))) {
            List<TopicPartition> partitions = Stream.of(Topics.EVENTS, Topics.LOCK_REQUESTS)
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    awaitResumed();
                    apply(record, answers);
                }
                answer(answers);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record, List<ProducerRecord<byte[], byte[]>> answers)
            throws InvalidProtocolBufferException {
        if (record.topic().equals(Topics.EVENTS)) {
            RegionEvent event = RegionEvent.parseFrom(record.value());
            events.add(new Logged(new LogPosition(record.partition(), record.offset()), event));
            noticesOn(event, record.offset())
                    .forEach(notice -> answers.add(record(Topics.NOTICES, event.getRegion(), notice)));
        } else {
            LockRequest request = LockRequest.parseFrom(record.value());
            lockRequests.add(request);
            lockEventsOn(request, record.offset())
                    .forEach(event -> answers.add(record(Topics.LOCK_EVENTS, request.getRegion(), event)));
        }
    }

    private List<Notice> noticesOn(RegionEvent event, long offset) {
        if (event.hasQueryHeartbeat()) {
            return verdictOn(event.getQueryHeartbeat(), offset)
                    .map(verdict -> List.of(Notice.newBuilder()
                            .setPinVerdict(verdict.setOffset(offset))
                            .build()))
                    .orElse(List.of());
        }
        if (event.hasReferenceEdit()) {
            return List.of(verdictOn(event.getReferenceEdit(), offset));
        }
        if (event.hasQueryFinished()) {
            readers.remove(event.getQueryFinished().getReaderId());
        }
        List<Notice> rejections = new ArrayList<>();
        event.getCompactionStarted().getTempFilesList().stream()
                .filter(rejectedPaths::contains)
                .forEach(path -> {
                    Notice.Builder notice = Notice.newBuilder();
                    notice.getEventRejectedBuilder()
                            .setOffset(offset)
                            .setPath(path)
                            .setDetail("unfit");
                    rejections.add(notice.build());
                });
        return rejections;
    }

    private Optional<PinVerdict.Builder> verdictOn(QueryHeartbeat heartbeat, long offset) {
        PinVerdict.Builder verdict =
                PinVerdict.newBuilder().setReaderId(heartbeat.getReaderId()).setOffset(offset);
        if (heartbeat.getPinCase() == QueryHeartbeat.PinCase.PIN_NOT_SET) {
            return readers.contains(heartbeat.getReaderId())
                    ? Optional.empty()
                    : Optional.of(verdict.setDetail("no such reader"));
        }
        Set<String> lost = new HashSet<>(heartbeat.getFiles().getPathsList());
        lost.retainAll(condemned);
        if (lost.isEmpty()) {
            readers.add(heartbeat.getReaderId());
            return Optional.of(verdict.setAccepted(true));
        }
        return Optional.of(verdict.addAllCondemned(lost).setDetail("condemned"));
    }

    private Notice verdictOn(ReferenceEdit edit, long offset) {
        Set<String> lost = new HashSet<>(edit.getAddedList());
        lost.retainAll(condemned);
        Notice.Builder notice = Notice.newBuilder();
        notice.getReferenceVerdictBuilder()
                .setReferrer(edit.getReferrer())
                .addAllRejected(lost)
                .setOffset(offset);
        return notice.build();
    }

    private List<LockEvent> lockEventsOn(LockRequest request, long offset) {
        List<Lock> queue = locks.computeIfAbsent(request.getRegion(), region -> new ArrayList<>());
        List<LockEvent> events = new ArrayList<>();
        LockEvent.Builder answer = LockEvent.newBuilder()
                .setRegion(request.getRegion())
                .setOwner(request.getOwner())
                .setRequestId(request.getRequestId());
        switch (request.getRequestCase()) {
            case ACQUIRE -> {
                queue.add(new Lock(offset, request.getOwner(), request.getRequestId()));
                answer.setToken(offset);
                if (queue.size() == 1) {
                    answer.getGrantedBuilder().setMode(request.getAcquire().getMode());
                } else if (request.getAcquire().getMaxWait().getSeconds() == 0) {
                    queue.removeLast();
                    answer.getRejectedBuilder().setReason("held by another");
                } else {
                    answer.getQueuedBuilder().setAhead(queue.size() - 1);
                    Lock holder = queue.get(0);
                    LockEvent.Builder yield = eventOf(request.getRegion(), holder);
                    yield.getYieldRequestedBuilder()
                            .setPurpose(request.getAcquire().getPurpose());
                    events.add(yield.build());
                }
                events.add(0, answer.build());
            }
            case RENEW -> {
                answer.setToken(request.getRenew().getToken());
                if (!queue.isEmpty()
                        && queue.get(0).token() == request.getRenew().getToken()) {
                    answer.setRenewed(LockEvent.Renewed.getDefaultInstance());
                } else {
                    answer.getRejectedBuilder().setReason("not held");
                }
                events.add(answer.build());
            }
            case RELEASE -> {
                Optional<Lock> before = queue.stream().findFirst();
                queue.removeIf(lock -> lock.token() == request.getRelease().getToken());
                events.add(answer.setToken(request.getRelease().getToken())
                        .setReleased(LockEvent.Released.getDefaultInstance())
                        .build());
                if (!queue.isEmpty() && !before.equals(Optional.of(queue.get(0)))) {
                    events.add(eventOf(request.getRegion(), queue.get(0))
                            .setGranted(LockEvent.Granted.getDefaultInstance())
                            .build());
                }
            }
            case TICK, REQUEST_NOT_SET -> {}
        }
        return events;
    }

    private static LockEvent.Builder eventOf(String region, Lock lock) {
        return LockEvent.newBuilder()
                .setRegion(region)
                .setOwner(lock.owner())
                .setRequestId(lock.requestId())
                .setToken(lock.token());
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String region, MessageLite message) {
        return new ProducerRecord<>(topic, RegionId.of(region).toKey(), message.toByteArray());
    }

    private synchronized void answer(List<ProducerRecord<byte[], byte[]>> answers) {
        if (answers.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> answer : answers) {
            var unused = producer.send(answer);
        }
        producer.commitTransaction();
    }

    @Override
    public void close() {
        closed = true;
        setPaused(false);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
        broker.close();
    }
}
