package io.sexton.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AclsCommandTest {

    private static final String TOOL = "kafka-acls.sh --bootstrap-server kafka-1:9092 --add --allow-principal ";

    @Test
    void printsWhatAReaderNeedsAndNoMore() {
        assertThat(acls("--reader", "User:query").outLines())
                .containsExactly(
                        "# database reader: User:query",
                        TOOL + "User:query --operation Write --topic gc.events --resource-pattern-type literal",
                        TOOL + "User:query --operation Read --topic gc.notices --resource-pattern-type literal");
    }

    @Test
    void followsTheNamespaceInEveryKindOfName() {
        List<String> lines = acls("--namespace", "prod", "--streams", "User:s").outLines();

        assertThat(lines)
                .contains(
                        TOOL + "User:s --operation Read --operation Write --operation DescribeConfigs --topic"
                                + " prod.gc.events --resource-pattern-type literal",
                        TOOL + "User:s --operation Read --operation Write --operation Create --topic"
                                + " prod.sexton-streams- --resource-pattern-type prefixed",
                        TOOL + "User:s --operation Read --group prod.sexton-streams --resource-pattern-type literal",
                        TOOL + "User:s --operation Write --transactional-id prod.sexton-streams-"
                                + " --resource-pattern-type prefixed");
        assertThat(lines.stream().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.contains(" prod."))
                .noneMatch(line -> line.contains("--cluster"));
    }

    @Test
    void quotesForTheShell() {
        assertThat(acls("--reader", "User:CN=it's me,O=a", "--command-config", "my admin.properties")
                        .outLines())
                .contains("kafka-acls.sh --bootstrap-server kafka-1:9092 --command-config 'my admin.properties' --add"
                        + " --allow-principal 'User:CN=it'\\''s me,O=a' --operation Read --topic gc.notices"
                        + " --resource-pattern-type literal");
    }

    /** Rejects control characters: they could end the line and begin another command. */
    @ParameterizedTest
    @ValueSource(strings = {"query", "User:", ":query", "User:a\nrm -rf"})
    void refusesWhatIsNoPrincipal(String principal) {
        Sexton.Run run = acls("--reader", principal);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines())
                .singleElement()
                .asString()
                .contains("--reader")
                .contains("is no principal");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void refusesToPrintNothing() {
        Sexton.Run run = acls();

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines()).singleElement().asString().contains("no principal is named");
    }

    private static Sexton.Run acls(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "acls";
        all[1] = "--bootstrap-server";
        all[2] = "kafka-1:9092";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Sexton.run(all);
    }
}
