package io.sexton.archive;

import java.util.Comparator;

/**
 * The values of one metric in one scope, in the order of their times.
 *
 * <p>It owns the arrays: callers must not use them afterwards.
 */
final class Series {

    /** The order of rows within a host. */
    static final Comparator<Series> ORDER = Comparator.comparing((Series each) -> each.metric)
            .thenComparing(each -> each.scope)
            .thenComparingLong(each -> each.times.length == 0 ? 0 : each.times[0]);

    private final String metric;
    private final String scope;
    private final long[] times;
    private final double[] values;

    /** @param times in milliseconds since 1970; as many as values */
    Series(String metric, String scope, long[] times, double[] values) {
        this.metric = metric;
        this.scope = scope;
        this.times = times;
        this.values = values;
    }

    String metric() {
        return metric;
    }

    String scope() {
        return scope;
    }

    int size() {
        return times.length;
    }

    long time(int index) {
        return times[index];
    }

    double value(int index) {
        return values[index];
    }
}
