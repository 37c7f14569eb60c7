package io.sexton.streams.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sexton.fold.core.Key;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The stored keys of blockers. Logs and state directories of earlier builds have them: no byte may change. */
final class BlockerTest {
    private static final RegionId REGION = RegionId.of("r");

    /** By kind: the key. Its first byte is replaced by that of a table; 7200 01 is the region. */
    private static final Map<Blocker, String> KEYS = Map.ofEntries(
            Map.entry(new Blocker.RegionNotReady(REGION), "0001720001"),
            Map.entry(new Blocker.AwaitsSnapshot(REGION), "0002720001"),
            Map.entry(new Blocker.AwaitsInventory(REGION), "0003720001"),
            Map.entry(new Blocker.ByPolicy(REGION), "0004720001"),
            Map.entry(new Blocker.ByCompanion(REGION, FilePath.of("p")), "0005720001700001"),
            Map.entry(new Blocker.AwaitsCompaction(REGION), "0006720001"),
            Map.entry(new Blocker.ByVersionPin(REGION, 1, 2), "000772000100000000000000010000000000000002"),
            Map.entry(new Blocker.ByPath(REGION, FilePath.of("p")), "0008720001700001"),
            Map.entry(new Blocker.ByHold(REGION, "h"), "0009720001680001"),
            Map.entry(new Blocker.AwaitsApproval(REGION), "000a720001"));

    @Test
    void keepsTheKeysOfEarlierBuilds() {
        KEYS.forEach((blocker, key) -> assertThat(HexFormat.of().formatHex(blocker.key()))
                .as("%s", blocker)
                .isEqualTo(key));
        assertThat(KEYS.keySet()).extracting(Blocker::kind).containsExactlyInAnyOrder(Blocker.Kind.values());
    }

    @Test
    void readsKindAndRegionOfAStoredKey() {
        KEYS.keySet().forEach(blocker -> {
            byte[] key = blocker.key();
            assertThat(Blocker.kindOf(ByteString.copyFrom(key))).isEqualTo(blocker.kind());
            Key.Reader parts = new Key.Reader(Key.of(0).bytes(key).tail("rest").build());
            assertThat(Blocker.skip(parts)).isEqualTo(REGION);
            assertThat(parts.tail()).as("%s", blocker).isEqualTo("rest");
        });
    }

    @Test
    void namesThePrefixesOfAllBlockersOfARegion() {
        List<String> prefixes =
                Blocker.keysOf(REGION).map(HexFormat.of()::formatHex).toList();

        assertThat(KEYS.values()).allSatisfy(key -> assertThat(prefixes).anyMatch(key::startsWith));
        assertThat(prefixes).hasSize(KEYS.size()).isSorted();
    }

    @Test
    void refusesAKindThatNoBuildHasStored() {
        assertThatThrownBy(() -> Blocker.kindOf(ByteString.copyFrom(new byte[] {0, 11})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("11");
    }
}
