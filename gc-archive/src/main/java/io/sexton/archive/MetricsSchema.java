package io.sexton.archive;

import java.util.Locale;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** The columns of an archive. Their order is the order in which rows are sorted. */
enum MetricsSchema {
    CLUSTER(0),
    HOST(1),
    METRIC(2),
    SCOPE(3),
    TIMESTAMP(4),
    VALUE(5);

    /** All columns. */
    static final MessageType TYPE = Types.buildMessage()
            .addField(text(CLUSTER))
            .addField(text(HOST))
            .addField(text(METRIC))
            .addField(text(SCOPE))
            .addField(Types.required(PrimitiveTypeName.INT64)
                    .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS))
                    .named(TIMESTAMP.column()))
            .addField(Types.required(PrimitiveTypeName.DOUBLE).named(VALUE.column()))
            .named("metrics");

    private static Type text(MetricsSchema column) {
        return Types.required(PrimitiveTypeName.BINARY)
                .as(LogicalTypeAnnotation.stringType())
                .named(column.column());
    }

    private final int index;

    MetricsSchema(int index) {
        this.index = index;
    }

    /** Returns its index among the columns. */
    int index() {
        return index;
    }

    /** Returns the name of the column. */
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
