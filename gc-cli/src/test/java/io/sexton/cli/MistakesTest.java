package io.sexton.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.service.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mistakes of users, and failures of the environment: each is reported in one line, and the exit code distinguishes the
 * two.
 */
final class MistakesTest {

    @TempDir
    private Path dir;

    @Test
    void namesThePortThatIsNone() {
        assertFailure(ExitCode.USAGE, "--port: 70000 is no port", "local", "--data", at("data"), "--port", "70000");
        assertFailure(
                ExitCode.USAGE,
                "--operations-port: -1 is no port",
                "local",
                "--data",
                at("data"),
                "--port",
                "0",
                "--operations-port",
                "-1");
    }

    @Test
    void takesNoTwoStoresOfOneName() throws IOException {
        Files.createDirectories(dir.resolve("a"));
        Files.createDirectories(dir.resolve("b"));

        assertFailure(
                ExitCode.USAGE,
                "--store main: is given twice",
                "local",
                "--data",
                at("data"),
                "--port",
                "0",
                "--store",
                "main=" + at("a"),
                "--store",
                "main=" + at("b"));
        assertFailure(
                ExitCode.USAGE, "is not NAME=DIR", "local", "--data", at("data"), "--port", "0", "--store", at("a"));
    }

    @Test
    void takesNoRootShapesUnderWhichTwoRegionsCouldHaveOneRoot() {
        assertFailure(
                ExitCode.USAGE,
                "--root-shape: the root shape '*' does not identify the region of a root",
                "local",
                "--data",
                at("data"),
                "--port",
                "0",
                "--root-shape",
                "*");
        assertFailure(
                ExitCode.USAGE,
                "--root-shape: a root of shape '{region}' can be, hold or lie in a root of shape 'data/{region}'",
                "local",
                "--data",
                at("data"),
                "--port",
                "0",
                "--root-shape",
                "{region}",
                "--root-shape",
                "data/{region}");
    }

    @Test
    void reportsWhyThereIsNoDataDirectory() throws IOException {
        String file = Files.createFile(dir.resolve("file")).toString();

        assertFailure(ExitCode.USAGE, file + " is not a directory", "local", "--data", file, "--port", "0");
        assertFailure(
                ExitCode.FAILED, file + "/below cannot be made: ", "local", "--data", file + "/below", "--port", "0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "streams     | tick-interval: 0s                                        | sexton.tick-interval",
                "streams     | single-broker: ture                                      | sexton.single-broker",
                "streams     | threads: 0                                               | sexton.threads",
                "streams     | memory: {write-buffer-mib: 200}                          | sexton.memory",
                "streams     | policies: [{disposition: unrecognized}]                  | sexton.policies[0].disposition",
                "coordinator | tick-interval: 0s                                        | sexton.tick-interval",
                "coordinator | single-broker: ture                                      | sexton.single-broker",
                "streams     | tick-intervall: 1s                                       | sexton.tick-intervall",
                "streams     | tick-interval: soon                                      | sexton.tick-interval",
                "streams     | threads: many                                            | sexton.threads",
                "streams     | kafka: {request.timeout.ms: soon}                        | request.timeout.ms",
                "streams     | kafka: {security.protocol: NONE}                         | security.protocol",
                "streams     | 'memory: [1'                                             | is no YAML",
                "coordinator | kafka: {security.protocol: NONE}                         | security.protocol",
                "deleter     | kafka: {security.protocol: NONE}                         | security.protocol",
                "deleter     | storage: {call-timeout: soon}                            | sexton.storage.call-timeout",
                "deleter     | single-broker: ture                                      | sexton.single-broker",
                "deleter     | locks: {lease: 1s}                                       | sexton.locks.lease",
            })
    void endsWithTheCodeOfAWrongConfigurationWhereverItIsChecked(String service, String line, String key)
            throws IOException {
        assertFailure(ExitCode.USAGE, key, service, "--config", configuration(service, line));
    }

    @Test
    void reportsThatTheBrokersDoNotAnswer() throws IOException {
        String config = deleter();

        assertFailure(
                ExitCode.FAILED,
                "cannot read from gc.events whether region r1 was ever opened, so nothing was listed or published; check that the"
                        + " brokers answer: ",
                "scan",
                "--config",
                config,
                "--store",
                "main",
                "r1");
        Sexton.Run purge = assertFailure(
                ExitCode.FAILED, "cannot read the time of the brokers: ", "trash", "purge", "--config", config);
        assertThat(purge.err()).doesNotContain("null");
    }

    @Test
    void refusesASettingThatNoClientMayHave() throws IOException {
        String config = deleter();
        Files.writeString(Path.of(config), Files.readString(Path.of(config)) + "    acks: 0\n");

        assertFailure(ExitCode.USAGE, "sexton.kafka: acks", "scan", "--config", config, "--store", "main", "r1");
    }

    @Test
    void reportsThatARegionHasNothingInTheTrash() throws IOException {
        String config = deleter();

        Sexton.Run list = Sexton.run("trash", "list", "--config", config, "r7");
        assertThat(list.err()).isEqualToIgnoringNewLines("nothing in the trash of region r7");
        assertThat(list.out()).isEmpty();
        assertThat(list.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(Sexton.run("trash", "restore", "--config", config, "r7").err())
                .isEqualToIgnoringNewLines("nothing in the trash of region r7");
        assertThat(Sexton.run("trash", "list", "--config", config).err()).isEmpty();
    }

    @Test
    void tracesOneSeedOnly() {
        assertFailure(ExitCode.USAGE, "--trace: needs --seed", "simulate", "--seeds", "1..2", "--trace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "coordinator", "deleter"})
    void namesAPortInUseBeforeItConnectsToBrokers(String service) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFailure(
                    ExitCode.FAILED,
                    "health and metrics cannot be served on 127.0.0.1:" + taken.getLocalPort()
                            + " (sexton.operations): Address already in use",
                    service,
                    "--config",
                    configuration(service, "operations: {port: " + taken.getLocalPort() + "}"));
        }
    }

    @Test
    void refusesAConfigurationThatIsNotUtf8() throws IOException {
        Path config = Path.of(configuration("streams", "# \u00fc"));
        Files.writeString(config, Files.readString(config), StandardCharsets.ISO_8859_1);

        assertFailure(ExitCode.USAGE, "config.yaml: it is not UTF-8", "streams", "--config", config.toString());
    }

    private String configuration(String service, String line) throws IOException {
        String more = service.equals("deleter")
                ? "  stores: {main: {path: " + at("store") + ", root-shape: '{region}'}}\n"
                : "  state-dir: " + at("state") + "\n";
        return Files.writeString(
                        dir.resolve("config.yaml"),
                        "sexton:\n  bootstrap-servers: localhost:1\n" + more + "  " + line + "\n")
                .toString();
    }

    private static Sexton.Run assertFailure(int exitCode, String message, String... args) {
        Sexton.Run run = Sexton.run(args);
        assertThat(run.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("sexton " + args[0])
                .contains(message)
                .doesNotContain("Exception");
        assertThat(run.exitCode()).isEqualTo(exitCode);
        return run;
    }

    /** Returns the configuration of a deleter without brokers, which does not wait for them for long. */
    private String deleter() throws IOException {
        Files.createDirectories(dir.resolve("store/r1"));
        return Files.writeString(dir.resolve("deleter.yaml"), """
                sexton:
                  bootstrap-servers: localhost:1
                  stores:
                    main:
                      path: %s
                      root-shape: "{region}"
                  kafka:
                    max.block.ms: 300
                    default.api.timeout.ms: 300
                    request.timeout.ms: 300
                """.formatted(at("store")))
                .toString();
    }

    private String at(String name) {
        return dir.resolve(name).toString();
    }
}
