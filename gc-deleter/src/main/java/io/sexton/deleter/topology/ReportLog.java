package io.sexton.deleter.topology;

import io.sexton.deleter.core.Finished;
import io.sexton.v1.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The log of what became of commands: a line each. A warning where files stay until an operator acts. */
final class ReportLog {
    private static final Logger LOG = LoggerFactory.getLogger(ReportLog.class);

    private static final Set<Outcome> FINAL_FAILURES = Set.of(Outcome.REFUSED, Outcome.FAILED);

    private ReportLog() {}

    /** Writes the command, how many files had which outcome, and the first detail where not all went well. */
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
