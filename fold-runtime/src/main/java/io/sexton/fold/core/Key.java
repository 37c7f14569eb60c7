package io.sexton.fold.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A key of an {@link OrderedStore} in the making. The order of the bytes is the order of the parts.
 *
 * <p>Text is UTF-8 with a terminator: a byte 0 inside becomes {@code 00 FF}, the end is {@code 00 01}. So no text is a
 * prefix of another one's key, and shorter sorts first. Numbers are eight bytes, big endian, unsigned.
 */
public final class Key {
    private static final byte ESCAPE = 0;
    private static final byte ESCAPED_ZERO = (byte) 0xFF;
    private static final byte END = 1;

    private byte[] bytes;
    private int length;

    private Key(int capacity) {
        bytes = new byte[capacity];
    }

    /** Starts a key with the tag of its table, so that several tables can share one store. */
    public static Key of(int table) {
        Key key = new Key(64);
        return key.raw((byte) table);
    }

    public Key text(String part) {
        byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
        if (part.indexOf(ESCAPE) < 0) {
            return bytes(utf8).raw(ESCAPE).raw(END);
        }
        for (byte b : utf8) {
            raw(b);
            if (b == ESCAPE) {
                raw(ESCAPED_ZERO);
            }
        }
        return raw(ESCAPE).raw(END);
    }

    /** Appends text as the last part: without a terminator, so that a prefix of it is a prefix of the key. */
    public Key tail(String part) {
        return bytes(part.getBytes(StandardCharsets.UTF_8));
    }

    public Key number(long unsigned) {
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[length++] = (byte) (unsigned >>> shift);
        }
        return this;
    }

    public Key raw(byte part) {
        reserve(1);
        bytes[length++] = part;
        return this;
    }

    public Key bytes(byte[] part) {
        reserve(part.length);
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
        return this;
    }

    public byte[] build() {
        return Arrays.copyOf(bytes, length);
    }

    /** Returns the smallest key that is above every key with this prefix. */
    public static byte[] after(byte[] prefix) {
        for (int last = prefix.length - 1; last >= 0; last--) {
            if (prefix[last] != (byte) 0xFF) {
                byte[] end = Arrays.copyOf(prefix, last + 1);
                end[last]++;
                return end;
            }
        }
        throw new IllegalArgumentException("no key is above a prefix of 0xFF bytes only");
    }

    /** Returns the smallest key that is above this one. */
    public static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** Returns the key that {@link #tail} of a key with these first bytes builds. */
    public static byte[] join(byte[] prefix, String tail) {
        byte[] utf8 = tail.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(prefix, prefix.length + utf8.length);
        System.arraycopy(utf8, 0, key, prefix.length, utf8.length);
        return key;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /** The parts of a key, read in the order in which they were written. Not thread safe. */
    public static final class Reader {
        private final byte[] key;
        private int at;

        /** Creates a reader behind the tag of the table. */
        public Reader(byte[] key) {
            this.key = key;
            this.at = 1;
        }

        public String text() {
            int end = at;
            int escapes = 0;
            while (key[end] != ESCAPE || key[end + 1] != END) {
                if (key[end] == ESCAPE) {
                    escapes++;
                    end++;
                }
                end++;
            }
            byte[] utf8 = new byte[end - at - escapes];
            for (int to = 0; to < utf8.length; to++) {
                utf8[to] = key[at];
                at += key[at] == ESCAPE ? 2 : 1;
            }
            at = end + 2;
            return new String(utf8, StandardCharsets.UTF_8);
        }

        public String tail() {
            String rest = new String(key, at, key.length - at, StandardCharsets.UTF_8);
            at = key.length;
            return rest;
        }

        public long number() {
            long value = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                value = (value << Byte.SIZE) | (key[at++] & 0xFF);
            }
            return value;
        }

        public byte raw() {
            return key[at++];
        }

        /** Returns the number of bytes that have been read, including the tag. */
        public int position() {
            return at;
        }
    }
}
