package io.sexton.fold.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.OrderedStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The contract of an {@link OrderedStore}. Another implementation needs one test that extends this class and implements
 * {@link #store}. It comes in the test jar of fold-runtime: CONTRIBUTING.md.
 */
public abstract class OrderedStoreContract {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ANY_NUMBER = 1000;

    /** Returns the store of this test: the same within a test, and empty at its beginning. */
    protected abstract OrderedStore store();

    @Test
    void knowsNothingOfAKeyThatWasNeverPut() {
        assertThat(store().get(bytes("01"))).isNull();
        assertThat(page("00", "ff", ANY_NUMBER)).isEmpty();
    }

    @Test
    void returnsTheValueThatWasPutLast() {
        store().put(bytes("01"), bytes("aa"));
        store().put(bytes("01"), bytes("bb"));
        assertThat(store().get(bytes("01"))).isEqualTo(bytes("bb"));
        assertThat(page("00", "ff", ANY_NUMBER)).containsExactly("01=bb");
    }

    @Test
    void tellsAnEmptyValueFromNone() {
        store().put(bytes("01"), new byte[0]);
        assertThat(store().get(bytes("01"))).isEmpty();
        assertThat(page("00", "ff", ANY_NUMBER)).containsExactly("01=");
    }

    @Test
    void forgetsWhatWasDeletedUntilItIsPutAgain() {
        store().put(bytes("01"), bytes("aa"));
        store().delete(bytes("01"));
        store().delete(bytes("02"));
        assertThat(store().get(bytes("01"))).isNull();
        assertThat(page("00", "ff", ANY_NUMBER)).isEmpty();
        store().put(bytes("01"), bytes("bb"));
        assertThat(page("00", "ff", ANY_NUMBER)).containsExactly("01=bb");
    }

    @Test
    void ordersKeysAsUnsignedBytesAndAPrefixFirst() {
        for (String key : List.of("ff", "80", "7f", "0100", "01", "0101", "00")) {
            store().put(bytes(key), bytes("aa"));
        }
        assertThat(page("00", "ffff", ANY_NUMBER))
                .containsExactly("00=aa", "01=aa", "0100=aa", "0101=aa", "7f=aa", "80=aa", "ff=aa");
    }

    @Test
    void pagesFromTheFirstKeyOfARangeToBelowItsEnd() {
        for (String key : List.of("01", "02", "03", "04")) {
            store().put(bytes(key), bytes(key));
        }
        assertThat(page("02", "04", ANY_NUMBER)).containsExactly("02=02", "03=03");
        assertThat(page("0101", "0301", ANY_NUMBER)).containsExactly("02=02", "03=03");
        assertThat(page("02", "02", ANY_NUMBER)).isEmpty();
    }

    @Test
    void endsAPageAtItsLimit() {
        for (String key : List.of("01", "02", "03")) {
            store().put(bytes(key), bytes(key));
        }
        assertThat(page("00", "ff", 2)).containsExactly("01=01", "02=02");
        assertThat(page("00", "ff", 3)).containsExactly("01=01", "02=02", "03=03");
    }

    @Test
    void canBeWrittenBetweenTheEntriesOfAPageThatWasRead() {
        for (String key : List.of("01", "02", "03")) {
            store().put(bytes(key), bytes(key));
        }
        for (OrderedStore.Entry entry : store().page(bytes("00"), bytes("ff"), ANY_NUMBER)) {
            store().delete(entry.key());
            store().put(bytes("04"), bytes("04"));
        }
        assertThat(page("00", "ff", ANY_NUMBER)).containsExactly("04=04");
    }

    @Test
    void doesAsASortedMapDoesUnderRandomUse() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            TreeMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
            store().page(bytes(""), bytes("ffffff"), ANY_NUMBER).forEach(left -> store().delete(left.key()));
            for (int step = 0; step < 500; step++) {
                String at = "seed " + seed + ", step " + step;
                byte[] key = key(random);
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        byte[] value = new byte[random.nextInt(40)];
                        random.nextBytes(value);
                        store().put(key, value);
                        expected.put(key, value);
                    }
                    case 2 -> {
                        store().delete(key);
                        expected.remove(key);
                    }
                    case 3 -> assertThat(store().get(key)).as(at).isEqualTo(expected.get(key));
                    default -> {
                        byte[] other = key(random);
                        boolean ascending = Arrays.compareUnsigned(key, other) <= 0;
                        byte[] from = ascending ? key : other;
                        byte[] to = ascending ? other : key;
                        int limit = 1 + random.nextInt(20);
                        List<String> first = new ArrayList<>();
                        for (Map.Entry<byte[], byte[]> entry :
                                expected.subMap(from, to).entrySet()) {
                            if (first.size() < limit) {
                                first.add(text(entry.getKey(), entry.getValue()));
                            }
                        }
                        assertThat(texts(store().page(from, to, limit))).as(at).isEqualTo(first);
                    }
                }
            }
        }
    }

    /** One of some hundred keys, so that many steps meet the same one. */
    private static byte[] key(Random random) {
        byte[] key = new byte[1 + random.nextInt(2)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (random.nextInt(16) * 17);
        }
        return key;
    }

    private List<String> page(String from, String to, int limit) {
        return texts(store().page(bytes(from), bytes(to), limit));
    }

    private static List<String> texts(List<OrderedStore.Entry> entries) {
        return entries.stream().map(entry -> text(entry.key(), entry.value())).toList();
    }

    private static String text(byte[] key, byte[] value) {
        return HEX.formatHex(key) + "=" + HEX.formatHex(value);
    }

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex);
    }
}
