package io.sexton.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;

/** A reader of the files that {@link ParquetArchiver} writes. Any other reader of Parquet files can read them, too. */
public final class ArchivedMetrics {

    private ArchivedMetrics() {}

    /** One value of one metric. */
    public record Row(String cluster, String host, String metric, String scope, Instant timestamp, double value) {}

    /**
     * Reads an archive from its first row to its last. In memory is one row group, decompressed.
     *
     * @throws IOException if it cannot be read to its end; the rows passed on before are only a part of it then
     */
    public static void read(Path archive, Consumer<Row> rows) throws IOException {
        MessageColumnIO columns = new ColumnIOFactory().getColumnIO(MetricsSchema.TYPE);
        try (ParquetFileReader reader = MetricsFile.reader(archive)) {
            for (PageReadStore host = reader.readNextRowGroup(); host != null; host = reader.readNextRowGroup()) {
                RecordReader<Group> records =
                        columns.getRecordReader(host, new GroupRecordConverter(MetricsSchema.TYPE));
                for (long i = 0; i < host.getRowCount(); i++) {
                    rows.accept(row(records.read()));
                }
            }
        } catch (RuntimeException e) {
            // What Parquet throws where pages are damaged.
            throw new IOException(archive + " cannot be read: " + e, e);
        }
    }

    private static Row row(Group group) {
        return new Row(
                group.getString(MetricsSchema.CLUSTER.index(), 0),
                group.getString(MetricsSchema.HOST.index(), 0),
                group.getString(MetricsSchema.METRIC.index(), 0),
                group.getString(MetricsSchema.SCOPE.index(), 0),
                Instant.ofEpochMilli(group.getLong(MetricsSchema.TIMESTAMP.index(), 0)),
                group.getDouble(MetricsSchema.VALUE.index(), 0));
    }
}
