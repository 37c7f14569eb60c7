package io.sexton.deleter.topology;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sexton.deleter.core.Finished;
import io.sexton.proto.RegionId;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Outcome;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ReportLogTest {

    @Test
    void warnsOfFilesThatStayUntilAnOperatorActs() {
        assertThat(line(Outcome.DELETED, Outcome.REFUSED))
                .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.WARN))
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .isEqualTo("Region r1, command 0-1-0: {DELETED=1, REFUSED=1}; f-REFUSED: because of REFUSED"));
        assertThat(line(Outcome.FAILED).getLevel()).isEqualTo(Level.WARN);
        assertThat(line(Outcome.FAILED_RETRYABLE).getLevel()).isEqualTo(Level.INFO);
        assertThat(line(Outcome.DELETED).getLevel()).isEqualTo(Level.INFO);
    }

    private static ILoggingEvent line(Outcome... outcomes) {
        Logger logger = (Logger) LoggerFactory.getLogger(ReportLog.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        DeletionReport.Builder report = DeletionReport.newBuilder().setCommandId("0-1-0");
        for (Outcome outcome : outcomes) {
            report.addOutcomes(FileOutcome.newBuilder()
                    .setPath("f-" + outcome)
                    .setOutcome(outcome)
                    .setDetail("because of " + outcome));
        }
        ReportLog.write(new Finished.Report(RegionId.of("r1"), report.build()));
        logger.detachAppender(lines);
        return lines.list.getFirst();
    }
}
