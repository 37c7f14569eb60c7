package io.sexton.deleter.core;

import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.Outcome;
import java.util.List;

/** Reports that are always small enough for the log: one that cannot be published would stop the partition (I6). */
final class Reports {

    /** Longest detail of a file, in characters. */
    static final int DETAIL_CHARS = 200;

    /** Details of one report together, in characters; a command repeats its paths only, and those came through the log. */
    static final int ALL_DETAILS_CHARS = 100_000;

    private Reports() {}

    static DeletionReport of(DeleteCommand command, List<FileResult> results, long token) {
        DeletionReport.Builder report =
                DeletionReport.newBuilder().setCommandId(command.getCommandId()).setLockToken(token);
        int room = ALL_DETAILS_CHARS;
        for (int i = 0; i < results.size(); i++) {
            FileResult result = results.get(i);
            String detail = cut(result.detail(), Math.min(DETAIL_CHARS, room));
            room -= detail.length();
            report.addOutcomes(FileOutcome.newBuilder()
                    .setPath(command.getFiles(i).getFile().getPath())
                    .setOutcome(result.outcome())
                    .setDetail(detail)
                    .setBytes(result.bytes()));
        }
        return report.build();
    }

    /** Returns the same report with its revoked files as retryable: gc-streams repeats the command, unless they stay. */
    static DeletionReport withoutRevoked(DeletionReport report) {
        if (report.getOutcomesList().stream().noneMatch(each -> each.getOutcome() == Outcome.REVOKED)) {
            return report;
        }
        DeletionReport.Builder other = report.toBuilder();
        for (FileOutcome.Builder outcome : other.getOutcomesBuilderList()) {
            if (outcome.getOutcome() == Outcome.REVOKED) {
                outcome.setOutcome(Outcome.FAILED_RETRYABLE)
                        .setDetail("revoked so late that another command for it may be on its way");
            }
        }
        return other.build();
    }

    private static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        // Not between the two halves of a character: protobuf refuses such a text.
        int end = chars > 0 && Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
        return text.substring(0, end);
    }
}
