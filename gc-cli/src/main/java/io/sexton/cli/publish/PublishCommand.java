package io.sexton.cli.publish;

import io.sexton.cli.InputFile;
import io.sexton.cli.LineReport;
import io.sexton.cli.Progress;
import io.sexton.cli.kafka.KafkaOptions;
import io.sexton.cli.lines.JsonLine;
import io.sexton.cli.lines.JsonLinesReader;
import io.sexton.service.CommandFailure;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code sexton publish} command. */
@Command(
        name = "publish",
        header = "Publishes events and lock requests from JSON lines.",
        description = {
            "Sends each line of FILE to its topic and waits until all in-sync replicas have it.",
            "",
            "A line is one record, such as",
            "  {\"value\":{\"region\":\"r1\",\"writeFailed\":{\"paths\":[\"a.sst\"]}}}",
            "docs/json-lines.md describes the format. The topic is gc.events or gc.lock-requests; without one it is"
                    + " gc.events. The key is the region and may be left out. Timestamp, partition, offset and headers are"
                    + " not sent: the broker stamps, and the key decides on the partition. A policy goes to every"
                    + " partition. Ticks are passed over, gc-streams writes its own.",
            "",
            "A line that is broken, or that the fold would not apply, is reported with its number and not sent; the rest"
                    + " is sent. Lines of one region keep their order. If the broker does not accept a record, nothing more"
                    + " is sent, and what was not acknowledged is reported line by line: it may be in the log or not."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every line is published",
            "1:some lines cannot be published; the others are",
            "2:the command line is wrong",
            "3:the brokers do not answer or reject the request, or the input cannot be read to its end"
        })
public final class PublishCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Parameters(paramLabel = "FILE", description = "JSON lines, plain, gzip or zstd; - is standard input.")
    @SuppressWarnings("NullAway.Init") // required
    private InputFile input;

    private long lastRead;
    private long sent;
    private long ticks;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        LineReport report = new LineReport(input, err);
        try (JsonLinesReader reader = input.open();
                LineSender sender = LineSender.connect(kafka.clientConfig(), kafka.namespace())) {
            try {
                publish(reader, sender, report, new Progress(err, "lines read"));
            } finally {
                sender.finish();
                sender.failures()
                        .forEach((line, e) -> report.problem(line, "is not acknowledged: " + sender.reason(e)));
                report.summarize();
                summarize(sent - sender.failures().size());
            }
            if (sender.hasFailed()) {
                throw CommandFailure.failed("stopped at line " + lastRead + "; what comes after it is not sent", null);
            }
            return report.hasProblems() ? ExitCode.PARTLY : ExitCode.DONE;
        } catch (IOException e) {
            throw input.unreadable(e);
        }
    }

    private void publish(JsonLinesReader reader, LineSender sender, LineReport report, Progress progress)
            throws IOException {
        for (JsonLine line = reader.next(); line != null && !sender.hasFailed(); line = reader.next()) {
            progress.step();
            report.read();
            lastRead = line.number();
            switch (line) {
                case JsonLine.Entry entry -> publish(entry.number(), Publishable.of(entry.record()), sender, report);
                case JsonLine.Unreadable unreadable -> report.problem(unreadable.number(), unreadable.problem());
                case JsonLine.Broken broken -> report.problem(broken.number(), broken.problem());
            }
        }
    }

    private void publish(long number, Publishable what, LineSender sender, LineReport report) {
        switch (what) {
            case Publishable.ByKey record -> {
                sender.send(number, record);
                sent++;
            }
            case Publishable.ToEveryPartition record -> {
                sender.send(number, record);
                sent++;
            }
            case Publishable.Tick tick -> ticks++;
            case Publishable.Refused refused -> report.problem(number, refused.problem());
        }
    }

    private void summarize(long published) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(Locale.ROOT, "published %,d lines", published)
                + (ticks == 0 ? "" : String.format(Locale.ROOT, ", passed over %,d ticks", ticks)));
        out.flush();
    }
}
