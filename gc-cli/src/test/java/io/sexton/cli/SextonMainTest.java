package io.sexton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.service.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

final class SextonMainTest {

    @Test
    void reportsAWrongCommandLineInOneLine() {
        for (String[] args : List.of(
                new String[] {"replay"},
                new String[] {"replay", "--input"},
                new String[] {"replay", "--input", "x", "--frobnicate"},
                new String[] {"replay", "--input", "x", "--log-level", "loud"},
                new String[] {"repaly"})) {
            Sexton.Run run = Sexton.run(args);

            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.out()).isEmpty();
            assertThat(run.errLines().getFirst()).startsWith("sexton");
            assertThat(run.err()).doesNotContain("\tat ");
            assertThat(run.errLines()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void explainsEveryCommandAndEveryOptionOfIt() {
        for (CommandSpec command : commands(SextonMain.commandLine())) {
            assertThat(command.usageMessage().description())
                    .as(command.qualifiedName())
                    .isNotEmpty();
            assertThat(command.options())
                    .as(command.qualifiedName())
                    .filteredOn(option -> !option.hidden())
                    .allSatisfy(option -> assertThat(option.description())
                            .as(option.longestName())
                            .isNotEmpty());
            assertThat(command.options()).extracting(OptionSpec::longestName).contains("--help", "--log-level");
        }
    }

    @Test
    void printsHelpAndVersion() {
        assertThat(Sexton.run().out()).contains("Usage: sexton");
        assertThat(Sexton.run("--help").out()).contains("Usage: sexton").contains("replay");
        assertThat(Sexton.run("help", "replay").out())
                .contains("Usage: sexton replay")
                .contains("Exit codes:");
        assertThat(Sexton.run("replay", "--help").out())
                .isEqualTo(Sexton.run("help", "replay").out());
        assertThat(Sexton.run("--version").outLines().getFirst()).startsWith("sexton ");
        assertThat(Sexton.run("--version").exitCode()).isZero();
    }

    private static List<CommandSpec> commands(CommandLine top) {
        List<CommandSpec> all = new ArrayList<>();
        for (Map.Entry<String, CommandLine> command : top.getSubcommands().entrySet()) {
            if (!command.getKey().equals("help")) {
                all.add(command.getValue().getCommandSpec());
                all.addAll(commands(command.getValue()));
            }
        }
        return all;
    }
}
