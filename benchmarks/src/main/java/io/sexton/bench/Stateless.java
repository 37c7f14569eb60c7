package io.sexton.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.Topics;
import io.sexton.v1.Notice;
import io.sexton.v1.PinVerdict;
import io.sexton.v1.RegionEvent;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The baselines: topologies of the shape of gc-streams that read each event and answer each heartbeat, without state.
 */
final class Stateless {
    private static final int ROW_BYTES = 40;

    private Stateless() {}

    /** @param writes further records that each event writes, of the size of a row of state */
    static Topology topology(Runnable applied, int writes) {
        ByteArrayDeserializer in = new ByteArrayDeserializer();
        ByteArraySerializer out = new ByteArraySerializer();
        return new Topology()
                .addSource("events", in, in, Topics.EVENTS)
                .addProcessor("answer", () -> new Answer(applied, writes), "events")
                .addSink("commands", Topics.DELETE_COMMANDS, out, out, "answer")
                .addSink("notices", Topics.NOTICES, out, out, "answer")
                .addSink("dead-letters", Topics.DEAD_LETTERS, out, out, "answer");
    }

    private static final class Answer implements Processor<byte[], byte[], byte[], byte[]> {
        private final Runnable applied;
        private final int writes;
        private ProcessorContext<byte[], byte[]> context;

        @SuppressWarnings("NullAway.Init") // Streams calls init before anything else
        private Answer(Runnable applied, int writes) {
            this.applied = applied;
            this.writes = writes;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> processorContext) {
            context = processorContext;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            try {
                RegionEvent event = RegionEvent.parseFrom(record.value());
                if (event.hasQueryHeartbeat()) {
                    PinVerdict verdict = PinVerdict.newBuilder()
                            .setReaderId(event.getQueryHeartbeat().getReaderId())
                            .setAccepted(true)
                            .setOffset(context.recordMetadata().orElseThrow().offset())
                            .build();
                    context.forward(
                            record.withValue(Notice.newBuilder()
                                    .setPinVerdict(verdict)
                                    .build()
                                    .toByteArray()),
                            "notices");
                }
                for (int i = 0; i < writes; i++) {
                    context.forward(record.withValue(new byte[ROW_BYTES]), "notices");
                }
                applied.run();
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
