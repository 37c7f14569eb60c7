package io.sexton.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnknownFieldSet;
import io.sexton.testkit.SeededRandom;
import io.sexton.v1.CommandsProto;
import io.sexton.v1.EventsProto;
import io.sexton.v1.FencePassed;
import io.sexton.v1.FileRef;
import io.sexton.v1.FileWritten;
import io.sexton.v1.FilesProto;
import io.sexton.v1.GcCommand;
import io.sexton.v1.LockEvent;
import io.sexton.v1.LockRequest;
import io.sexton.v1.LocksProto;
import io.sexton.v1.ManifestConflict;
import io.sexton.v1.MetaProto;
import io.sexton.v1.Notice;
import io.sexton.v1.NoticesProto;
import io.sexton.v1.PolicyProto;
import io.sexton.v1.RegionEvent;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

final class SextonSerdesTest {

    private static final RegionEvent EVENT = RegionEvent.newBuilder()
            .setRegion("r1")
            .setEpoch(-1L) // the largest unsigned epoch
            .setFileWritten(FileWritten.newBuilder()
                    .setFile(FileRef.newBuilder().setPath("sst/1").setSizeBytes(5)))
            .build();

    private final Serializer<RegionEvent> write = SextonSerdes.event().serializer();
    private final Deserializer<RegionEvent> read = SextonSerdes.event().deserializer();

    @Test
    void readsWhatItWrote() {
        assertThat(read.deserialize(Topics.EVENTS, write.serialize(Topics.EVENTS, EVENT)))
                .isEqualTo(EVENT);
    }

    @Test
    void readsTheMessagesOfEveryTopic() {
        assertReadsWhatItWrites(
                SextonSerdes.command(),
                GcCommand.newBuilder().setFencePassed(nonce()).build());
        assertReadsWhatItWrites(
                SextonSerdes.notice(),
                Notice.newBuilder()
                        .setManifestConflict(ManifestConflict.newBuilder().setPath("a"))
                        .build());
        assertReadsWhatItWrites(
                SextonSerdes.lockRequest(),
                LockRequest.newBuilder().setOwner("o").build());
        assertReadsWhatItWrites(
                SextonSerdes.lockEvent(), LockEvent.newBuilder().setToken(7).build());
    }

    private static FencePassed nonce() {
        return FencePassed.newBuilder().setRegion("r1").setNonce("n").build();
    }

    private static <M> void assertReadsWhatItWrites(Serde<M> serde, M message) {
        assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", message)))
                .isEqualTo(message);
    }

    @Test
    void failureNamesTopicTypeAndLengthOfInvalidBytes() {
        byte[] truncated = {0x0a, 0x05, 'r'};
        assertThatThrownBy(() -> read.deserialize(Topics.EVENTS, truncated))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("record on gc.events is not a RegionEvent (3 bytes): ");
    }

    @Test
    void failsWithSerializationExceptionsOnlyOnRandomBytes() {
        SeededRandom random = new SeededRandom(3);
        byte[] valid = write.serialize(Topics.EVENTS, EVENT);
        int rejected = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                read.deserialize(Topics.EVENTS, bytes);
            } catch (SerializationException e) {
                rejected++;
            }
        }
        assertThat(rejected).isBetween(1, 19_999);
    }

    @Test
    void keepsNullValues() {
        assertThat(write.serialize(Topics.EVENTS, null)).isNull();
        assertThat(read.deserialize(Topics.EVENTS, (byte[]) null)).isNull();
    }

    @Test
    void keepsFieldsOfNewerWriters() {
        RegionEvent newer = EVENT.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                9_999,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();
        byte[] bytes = write.serialize(Topics.EVENTS, newer);
        RegionEvent parsed = read.deserialize(Topics.EVENTS, bytes);
        assertThat(write.serialize(Topics.EVENTS, parsed)).isEqualTo(bytes);
    }

    @Test
    void hasNoMapFieldsSoThatEqualMessagesAreEqualBytes() {
        Stream.of(
                        EventsProto.getDescriptor(),
                        CommandsProto.getDescriptor(),
                        NoticesProto.getDescriptor(),
                        LocksProto.getDescriptor(),
                        FilesProto.getDescriptor(),
                        PolicyProto.getDescriptor(),
                        MetaProto.getDescriptor())
                .flatMap(file -> file.getMessageTypes().stream())
                .flatMap(type -> Stream.concat(Stream.of(type), type.getNestedTypes().stream()))
                .forEach(type ->
                        assertThat(type.getFields()).as(type.getFullName()).noneMatch(FieldDescriptor::isMapField));
    }

    @Test
    void rejectsKeysThatAreNotRegionIds() {
        Serde<RegionId> region = SextonSerdes.region();
        assertThat(region.deserializer().deserialize("t", region.serializer().serialize("t", RegionId.of("r1"))))
                .isEqualTo(RegionId.of("r1"));
        assertThatThrownBy(() -> region.deserializer().deserialize("t", new byte[] {(byte) 0xff}))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("key of a record on t: not a region id");
        assertThatThrownBy(() -> region.deserializer().deserialize("t", new byte[0]))
                .isInstanceOf(SerializationException.class);
    }
}
