package io.sexton.deleter.topology;

import io.sexton.deleter.core.Finished;
import io.sexton.proto.LogRecord;
import io.sexton.proto.Topics;
import io.sexton.v1.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The log, the metrics and the dead letters of a reader. A report is one line: a warning where files stay until an operator
 * acts.
 */
final class ReportLog implements ReaderListener {
    private static final Logger LOG = LoggerFactory.getLogger(ReportLog.class);

    /** Named after the reader, whose warnings are limited during an outage. */
    private static final Logger READER = LoggerFactory.getLogger(CommandReader.class);

    private static final Logger DELETER = LoggerFactory.getLogger(DeleterTopology.class);

    private static final Set<Outcome> FINAL_FAILURES = Set.of(Outcome.REFUSED, Outcome.FAILED);

    private final String topic;
    private final DeleterMetrics metrics;
    private final DeadLetterBox deadLetters;

    /** @param topic of the commands */
    ReportLog(String topic, DeleterMetrics metrics, DeadLetterBox deadLetters) {
        this.topic = topic;
        this.metrics = metrics;
        this.deadLetters = deadLetters;
    }

    @Override
    public void reported(Finished.Report report) {
        metrics.reported();
        write(report);
    }

    @Override
    public void unusable(LogRecord record, String problem) {
        READER.error(
                "Record {}-{}@{} is no usable command ({}): earlier commands of its region are not carried out, and the"
                        + " record goes to {}",
                topic,
                record.partition(),
                record.offset(),
                problem,
                Topics.DEAD_LETTERS);
        metrics.unusable();
        deadLetters.put(record, problem);
    }

    @Override
    public void redelivered() {
        metrics.redelivered();
    }

    @Override
    public void retried(String message) {
        READER.warn(message);
    }

    @Override
    public void outage(String message) {
        DELETER.warn(message);
    }

    /** Writes the command, the number of files of each outcome, and the first detail where a file did not go. */
    static void write(Finished.Report report) {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        report.report().getOutcomesList().forEach(file -> outcomes.merge(file.getOutcome(), 1, Integer::sum));
        boolean gaveUp = outcomes.keySet().stream().anyMatch(FINAL_FAILURES::contains);
        Level level = gaveUp ? Level.WARN : Level.INFO;
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        String detail = report.report().getOutcomesList().stream()
                .filter(file -> !file.getDetail().isEmpty())
                .filter(file -> !gaveUp || FINAL_FAILURES.contains(file.getOutcome()))
                .findFirst()
                .map(file -> "; " + file.getPath() + ": " + file.getDetail())
                .orElse("");
        LOG.atLevel(level)
                .log(
                        "Region {}, command {}: {}{}",
                        report.region(),
                        report.report().getCommandId(),
                        outcomes,
                        detail);
    }
}
