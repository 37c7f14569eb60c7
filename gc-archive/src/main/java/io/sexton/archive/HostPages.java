package io.sexton.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.io.api.Binary;

/**
 * A writer of the rows of one host as pages of a row group. Parquet's own writer takes them row by row, and looks up
 * four texts in a dictionary for each; but a series has the same texts in all rows, and its times ascend. So columns
 * are written one after the other, and texts by runs. For one thread.
 */
final class HostPages {

    /** The value of parquet-java's own writer; zstd at its fastest level compresses larger pages less well. */
    private static final int ROWS_OF_A_PAGE = ParquetProperties.DEFAULT_PAGE_ROW_COUNT_LIMIT;

    private static final int FIRST_SLAB = 64 << 10;
    private static final int LARGEST_SLAB = 1 << 20;

    /** A part of a series that lies on one page. */
    private record Slice(Series series, int from, int to) {
        int size() {
            return to - from;
        }
    }

    private final PageWriteStore store;
    private final ByteBufferAllocator allocator;
    private final List<List<Slice>> pages;

    /** @param series in the order of the rows */
    HostPages(PageWriteStore store, ParquetProperties properties, List<Series> series) {
        this.store = store;
        this.allocator = properties.getAllocator();
        this.pages = pages(series);
    }

    private static List<List<Slice>> pages(List<Series> series) {
        List<List<Slice>> pages = new ArrayList<>();
        List<Slice> page = new ArrayList<>();
        int room = ROWS_OF_A_PAGE;
        for (Series each : series) {
            for (int from = 0; from < each.size(); ) {
                Slice slice = new Slice(each, from, Math.min(each.size(), from + room));
                page.add(slice);
                from = slice.to();
                room -= slice.size();
                if (room == 0) {
                    pages.add(page);
                    page = new ArrayList<>();
                    room = ROWS_OF_A_PAGE;
                }
            }
        }
        if (!page.isEmpty()) {
            pages.add(page);
        }
        return pages;
    }

    /** Writes all columns. */
    void write(String cluster, String host) throws IOException {
        writeText(MetricsSchema.CLUSTER, series -> cluster);
        writeText(MetricsSchema.HOST, series -> host);
        writeText(MetricsSchema.METRIC, Series::metric);
        writeText(MetricsSchema.SCOPE, Series::scope);
        writeTimestamps();
        writeValues();
    }

    private void writeText(MetricsSchema column, Function<Series, String> text) throws IOException {
        Map<String, Integer> dictionary = new LinkedHashMap<>();
        for (List<Slice> page : pages) {
            for (Slice slice : page) {
                dictionary.putIfAbsent(text.apply(slice.series()), dictionary.size());
            }
        }
        int width = BytesUtils.getWidthFromMaxInt(dictionary.size() - 1);
        PageWriter writer = writer(column);
        for (List<Slice> page : pages) {
            Statistics<?> statistics = statistics(column);
            ByteArrayOutputStream runs = new ByteArrayOutputStream();
            runs.write(width);
            for (Slice slice : page) {
                String value = text.apply(slice.series());
                statistics.updateStats(Binary.fromString(value));
                writeRun(runs, slice.size(), dictionary.getOrDefault(value, 0), width);
            }
            write(writer, page, BytesInput.from(runs), statistics, Encoding.RLE_DICTIONARY);
        }
        try (PlainValuesWriter texts = new PlainValuesWriter(FIRST_SLAB, LARGEST_SLAB, allocator)) {
            dictionary.keySet().forEach(value -> texts.writeBytes(Binary.fromString(value)));
            writer.writeDictionaryPage(new DictionaryPage(texts.getBytes(), dictionary.size(), Encoding.PLAIN));
        }
    }

    /** Writes one value many times, in the encoding of Parquet (Encodings.md, "RLE = 3"): {@code rle-run}. */
    private static void writeRun(OutputStream out, int times, int value, int width) throws IOException {
        BytesUtils.writeUnsignedVarInt(times << 1, out);
        BytesUtils.writeIntLittleEndianPaddedOnBitWidth(out, value, width);
    }

    private void writeTimestamps() throws IOException {
        for (List<Slice> page : pages) {
            Statistics<?> statistics = statistics(MetricsSchema.TIMESTAMP);
            try (ValuesWriter times = new DeltaBinaryPackingValuesWriterForLong(FIRST_SLAB, LARGEST_SLAB, allocator)) {
                for (Slice slice : page) {
                    Series series = slice.series();
                    for (int i = slice.from(); i < slice.to(); i++) {
                        times.writeLong(series.time(i));
                    }
                    // They ascend.
                    statistics.updateStats(series.time(slice.from()));
                    statistics.updateStats(series.time(slice.to() - 1));
                }
                write(writer(MetricsSchema.TIMESTAMP), page, times.getBytes(), statistics, times.getEncoding());
            }
        }
    }

    private void writeValues() throws IOException {
        for (List<Slice> page : pages) {
            Statistics<?> statistics = statistics(MetricsSchema.VALUE);
            double least = Double.POSITIVE_INFINITY;
            double greatest = Double.NEGATIVE_INFINITY;
            ByteBuffer plain = ByteBuffer.allocate(rowsOf(page) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (Slice slice : page) {
                for (int i = slice.from(); i < slice.to(); i++) {
                    double value = slice.series().value(i);
                    plain.putDouble(value);
                    least = Math.min(least, value);
                    greatest = Math.max(greatest, value);
                }
            }
            // JSON has no number that could not be compared.
            statistics.updateStats(least);
            statistics.updateStats(greatest);
            write(writer(MetricsSchema.VALUE), page, BytesInput.from(plain.array()), statistics, Encoding.PLAIN);
        }
    }

    private static void write(
            PageWriter writer, List<Slice> page, BytesInput bytes, Statistics<?> statistics, Encoding encoding)
            throws IOException {
        int rows = rowsOf(page);
        // Every column is required: there are no levels, so nothing is in their encoding.
        writer.writePage(bytes, rows, rows, statistics, Encoding.RLE, Encoding.RLE, encoding);
    }

    private static int rowsOf(List<Slice> page) {
        return page.stream().mapToInt(Slice::size).sum();
    }

    private PageWriter writer(MetricsSchema column) {
        return store.getPageWriter(descriptor(column));
    }

    private static Statistics<?> statistics(MetricsSchema column) {
        return Statistics.createStats(descriptor(column).getPrimitiveType());
    }

    private static ColumnDescriptor descriptor(MetricsSchema column) {
        return MetricsSchema.TYPE.getColumns().get(column.index());
    }
}
