package io.sexton.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** A codec for pages with zstd alone, because Parquet's own one depends on Hadoop's codecs. */
final class ZstdCodec implements CompressionCodecFactory {

    /** Level 3, zstd's default, takes twice as long for files that are 5 % smaller (docs/performance.md). */
    private static final int LEVEL = 1;

    @Override
    public Packing getCompressor(CompressionCodecName codec) {
        requireZstd(codec);
        return new Packing();
    }

    @Override
    public Unpacking getDecompressor(CompressionCodecName codec) {
        requireZstd(codec);
        return new Unpacking();
    }

    private static byte[] bytesOf(BytesInput bytes) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(Math.toIntExact(bytes.size()));
        bytes.writeAllTo(copy);
        return copy.toByteArray();
    }

    private static void requireZstd(CompressionCodecName codec) {
        if (codec != CompressionCodecName.ZSTD) {
            throw new IllegalArgumentException("archives are packed with zstd, not with " + codec);
        }
    }

    @Override
    public void release() {
        // Holds nothing.
    }

    /** A compressor for one thread. */
    static final class Packing implements BytesInputCompressor, AutoCloseable {
        private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            return BytesInput.from(zstd.compress(bytesOf(bytes)));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.ZSTD;
        }

        @Override
        public void release() {
            close();
        }

        @Override
        public void close() {
            zstd.close();
        }
    }

    static final class Unpacking implements BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            return BytesInput.from(unpack(bytesOf(bytes), size));
        }

        @Override
        public void decompress(ByteBuffer packed, int packedSize, ByteBuffer target, int size) throws IOException {
            byte[] bytes = new byte[packedSize];
            packed.get(bytes);
            target.put(unpack(bytes, size));
        }

        private static byte[] unpack(byte[] packed, int size) throws IOException {
            byte[] plain = new byte[size];
            long found = Zstd.decompress(plain, packed);
            if (found != size) {
                throw new IOException("a page is damaged: "
                        + (Zstd.isError(found) ? Zstd.getErrorName(found) : found + " bytes instead of " + size));
            }
            return plain;
        }

        @Override
        public void release() {
            // Holds nothing.
        }
    }
}
