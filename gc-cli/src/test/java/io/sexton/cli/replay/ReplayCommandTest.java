package io.sexton.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayCommandTest {

    /** A log in which a file is removed, and two ticks of one ticker follow an hour later. */
    private static final List<String> LOG = List.of(
            line(
                    "00:00:01",
                    "r1",
                    "{\"region\":\"r1\",\"epoch\":\"1\",\"regionOpened\":{\"store\":\"s\",\"root\":\"r1\"}}"),
            line("00:00:01", "r1", edit(0, 1, "\"added\":[{\"path\":\"a\"}]")),
            line("00:00:02", "r1", edit(1, 2, "\"removed\":[\"a\"]")),
            line("01:00:01", "", tick("01:00:01", 3601)),
            line("01:00:02", "", tick("01:00:02", 3602)));

    private static final String COMMAND =
            "{\"timestamp\":\"2026-01-01T01:00:02Z\",\"topic\":\"gc.delete-commands\",\"partition\":0,\"key\":\"r1\","
                    + "\"value\":{\"delete\":{\"region\":\"r1\",\"commandId\":\"0-4-0\",\"store\":\"s\",\"root\":\"r1\","
                    + "\"disposition\":\"DELETE\",\"decidedAt\":\"2026-01-01T01:00:02Z\",\"files\":[{\"file\":{\"path\":\"a\"},"
                    + "\"reason\":\"OBSOLETE\",\"since\":\"2026-01-01T00:00:02Z\",\"attempt\":1,\"evidenceOffset\":\"2\"}]}}}";

    @TempDir
    private Path dir;

    @Test
    void printsWhatFollowsFromALog() throws IOException {
        Sexton.Run run = replay(LOG);

        assertThat(run.outLines()).containsExactly(COMMAND);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void foldsUnderAnotherPolicy() throws IOException {
        Path policy = Files.writeString(dir.resolve("policy"), "{\"policy\":{\"obsoleteLinger\":\"3600s\"}}\n");
        Path longer = Files.writeString(dir.resolve("longer"), "{\"policy\":{\"obsoleteLinger\":\"3601s\"}}\n");

        assertThat(replay(LOG, "--policy", policy.toString()).outLines()).containsExactly(COMMAND);
        assertThat(replay(LOG, "--policy", longer.toString()).outLines()).isEmpty();
    }

    @Test
    void refusesAPolicyThatBreaksARule() throws IOException {
        Path policy = Files.writeString(dir.resolve("policy"), "{\"policy\":{\"filePattern\":\"(\"}}\n");

        Sexton.Run run = replay(LOG, "--policy", policy.toString());

        assertThat(run.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("sexton replay: --policy: policy_set.policy.file_pattern");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void stopsAtAnOffsetOrATime() throws IOException {
        assertThat(replay(LOG, "--until", "3").outLines()).isEmpty();
        assertThat(replay(LOG, "--until", "4").outLines()).containsExactly(COMMAND);
        assertThat(replay(LOG, "--until", "2026-01-01T01:00:01Z").outLines()).isEmpty();
        assertThat(replay(LOG, "--until", "2026-01-01T01:00:02Z").outLines()).containsExactly(COMMAND);
        assertThat(replay(LOG, "--until", "yesterday").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void summarizesWhatWasCondemnedAndWhatIsKept() throws IOException {
        List<String> log = new ArrayList<>(LOG);
        log.add(line("01:00:03", "r1", edit(2, 3, "\"added\":[{\"path\":\"b\",\"sizeBytes\":\"1048576\"}]")));
        log.add(line("01:00:03", "r1", edit(3, 4, "\"removed\":[\"b\"]")));

        assertThat(replay(log, "--summary").outLines())
                .contains(
                        "events               7 of 1 partitions",
                        "condemned            OBSOLETE                        1 files            0.0 MiB",
                        "garbage kept by      LINGER                          1 files            1.0 MiB",
                        "oldest garbage       r1 a, since 2026-01-01T00:00:02Z");
    }

    @Test
    void accountsForEveryFileThatIsCondemnedOrInUse() throws IOException {
        List<String> log = new ArrayList<>(List.of(
                LOG.get(0),
                line(
                        "00:00:01",
                        "r1",
                        edit(
                                0,
                                1,
                                "\"added\":[{\"path\":\"a\"},{\"path\":\"b\"},{\"path\":\"c\"},{\"path\":\"live\"}]")),
                line("00:00:02", "r1", edit(1, 2, "\"removed\":[\"a\",\"b\",\"c\"]"))));
        log.addAll(LOG.subList(3, LOG.size()));
        log.add(
                line(
                        "01:00:03",
                        "r1",
                        "{\"region\":\"r1\",\"deletionReport\":{\"commandId\":\"0-4-0\",\"outcomes\":["
                                + "{\"path\":\"a\",\"outcome\":\"REFUSED\"},{\"path\":\"b\",\"outcome\":\"FAILED_RETRYABLE\"}]}}"));

        assertThat(replay(log, "--summary").outLines())
                .contains(
                        "in use as            LIVE                            1 files            0.0 MiB",
                        "garbage kept by      none",
                        "condemned now        RETRYING                        1 files            0.0 MiB",
                        "condemned now        STUCK                           1 files            0.0 MiB",
                        "condemned now        WAITS_FOR_REPORT                1 files            0.0 MiB");
    }

    @Test
    void readsPackedLogs() throws IOException {
        byte[] packed = Zstd.compress(String.join("\n", LOG).getBytes(StandardCharsets.UTF_8));

        Sexton.Run run = replay(packed);

        assertThat(run.outLines()).containsExactly(COMMAND);
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void reportsABrokenLineWithItsNumberAndContinues() throws IOException {
        List<String> log = new ArrayList<>(LOG);
        log.add(2, "{\"timestamp\":");

        Sexton.Run run = replay(log);

        assertThat(run.outLines()).hasSize(1).first().asString().contains("\"commandId\":\"0-5-0\"");
        assertThat(run.errLines().get(0)).contains("log: line 3 is not JSON");
        assertThat(run.errLines().get(1)).endsWith("1 of 6 lines cannot be used");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void condemnsNothingOfARegionWhoseEventItCannotRead() throws IOException {
        List<String> log = new ArrayList<>(LOG);
        log.add(3, line("00:00:03", "r1", "{\"region\":\"r1\",\"manifestEditOfTheFuture\":{\"added\":[\"a\"]}}"));

        Sexton.Run run = replay(log);

        assertThat(run.outLines())
                .anySatisfy(out -> assertThat(out).contains("gc.dead-letters"))
                .noneSatisfy(out -> assertThat(out).contains("gc.delete-commands"));
        assertThat(run.errLines().getFirst()).contains("line 4 has a value that is not what gc.events carries");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void reportsALineWithoutATimestamp() throws IOException {
        Sexton.Run run = replay(List.of("{\"key\":\"r1\",\"value\":{}}"));

        assertThat(run.errLines().getFirst()).contains("line 1 has no timestamp");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void foldsEachPartitionByItselfAndPassesOverOtherTopics() throws IOException {
        List<String> log = new ArrayList<>();
        LOG.forEach(line -> log.add(line.replace("{\"timestamp\"", "{\"partition\":7,\"timestamp\"")));
        log.add(0, COMMAND);
        log.add(1, LOG.getLast());

        Sexton.Run run = replay(log);

        assertThat(run.outLines())
                .containsExactly(
                        COMMAND.replace("\"partition\":0", "\"partition\":7").replace("0-4-0", "7-4-0"));
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void reportsATickWithoutEffect() throws IOException {
        Sexton.Run run = replay(List.of(line("00:00:01", "", tick("02:00:01", 1))));

        assertThat(run.err()).contains("partition 0 offset 0: the tick does nothing");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void failsInOneLineWhereTheInputCannotBeRead() throws IOException {
        byte[] packed = Zstd.compress(String.join("\n", LOG).getBytes(StandardCharsets.UTF_8));

        Sexton.Run cutOff = replay(Arrays.copyOf(packed, packed.length - 10));
        assertThat(cutOff.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(cutOff.errLines()).hasSize(1).first().asString().contains("log: cannot be read");

        Sexton.Run missing =
                Sexton.run("replay", "--input", dir.resolve("nothing").toString());
        assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(missing.errLines()).hasSize(1).first().asString().endsWith("nothing: no such file");

        Sexton.Run directory = Sexton.run("replay", "--input", dir.toString());
        assertThat(directory.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(directory.errLines()).hasSize(1).first().asString().endsWith("is a directory, not a file");
    }

    @Test
    void findsThatWhatWasEmittedIsWhatFollows() throws IOException {
        List<String> log = logOfTwoCommands();

        Sexton.Run run = verify(log, replay(log).outLines());

        assertThat(run.outLines())
                .containsExactly("3 commands and notices follow from the log as they were emitted; 0 do not agree");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void findsACommandThatWasNotEmittedAndOneThatDoesNotFollow() throws IOException {
        List<String> log = logOfTwoCommands();
        List<String> emitted = new ArrayList<>(replay(log).outLines());
        emitted.add(1, emitted.getFirst().replace("0-4-0", "0-3-0"));
        emitted.removeLast();

        Sexton.Run run = verify(log, emitted);

        assertThat(run.outLines())
                .containsExactly(
                        "gc.delete-commands-0: delete command 0-3-0 of r1 was emitted at offset 1, and does not follow"
                                + " from the log",
                        "gc.delete-commands-0: delete command 0-9-0 of r1 follows from offset 9 of the log, and was not"
                                + " emitted",
                        "2 commands and notices follow from the log as they were emitted; 2 do not agree");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void findsACommandThatIsNotTheSameToTheLastByte() throws IOException {
        Sexton.Run run = verify(LOG, List.of(COMMAND.replace("\"attempt\":1", "\"attempt\":2")));

        assertThat(run.outLines())
                .containsExactly(
                        "gc.delete-commands-0: delete command 0-4-0 of r1 follows from offset 4 of the log, and was not"
                                + " emitted",
                        "gc.delete-commands-0: delete command 0-4-0 of r1 was emitted at offset 0, and does not follow"
                                + " from the log",
                        "0 commands and notices follow from the log as they were emitted; 2 do not agree");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void comparesTheRestWhereTheBeginningOrTheEndIsMissing() throws IOException {
        List<String> log = logOfTwoCommands();
        List<String> emitted = replay(log).outLines();
        List<String> last = List.of(
                at(7, emitted.get(1)), // a revoke: there may be others like it
                at(9, emitted.getLast()),
                at(10, emitted.getLast().replace("0-9-0", "0-12-0")));

        Sexton.Run run = verify(log, last);

        assertThat(run.outLines())
                .containsExactly(
                        "gc.delete-commands-0: the beginning is missing; compared from offset 9 on",
                        "gc.delete-commands-0: 1 more were emitted behind what follows from the log",
                        "1 commands and notices follow from the log as they were emitted; 0 do not agree");
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    }

    /** An empty comparison, without a difference, is no agreement. */
    @Test
    void doesNotAgreeWithWhatHasNoPlaceInTheLog() throws IOException {
        List<String> log = logOfTwoCommands();
        List<String> revokeAlone = List.of(at(7, replay(log).outLines().get(1)));

        Sexton.Run run = verify(log, revokeAlone);

        assertThat(run.outLines())
                .containsExactly(
                        "gc.delete-commands-0: the beginning is missing; compared from nothing on",
                        "gc.delete-commands-0: nothing was compared, for its place in the log was not found",
                        "0 commands and notices follow from the log as they were emitted; 1 do not agree");
        assertThat(run.exitCode()).isEqualTo(ExitCode.PARTLY);
    }

    @Test
    void comparesNoticesWhereThereAreAny() throws IOException {
        List<String> log = new ArrayList<>(LOG);
        log.add(line("01:00:03", "r1", "{\"region\":\"r1\",\"queryHeartbeat\":{\"readerId\":\"q\",\"ttl\":\"9s\"}}"));
        List<String> emitted = replay(log).outLines();
        assertThat(emitted).hasSize(2).last().asString().contains("gc.notices");

        assertThat(verify(log, emitted).outLines())
                .containsExactly("2 commands and notices follow from the log as they were emitted; 0 do not agree");
        assertThat(verify(log, List.of(COMMAND, emitted.getLast().replace("\"q\"", "\"p\"")))
                        .outLines())
                .hasSize(3)
                .first()
                .asString()
                .isEqualTo("gc.notices-0: a notice of r1 follows from offset 5 of the log, and was not emitted");
    }

    @Test
    void verifiesUnderNoOtherPolicies() throws IOException {
        Path policy = Files.writeString(dir.resolve("policy"), "{\"policy\":{\"obsoleteLinger\":\"3600s\"}}\n");

        Sexton.Run run = replay(LOG, "--policy", policy.toString(), "--verify", policy.toString());

        assertThat(run.errLines()).singleElement().asString().startsWith("sexton replay: --verify: ");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    /**
     * Returns a log in which the file is condemned, becomes live, and is condemned again: a command, a revoke and
     * another command.
     */
    private static List<String> logOfTwoCommands() {
        List<String> log = new ArrayList<>(LOG);
        log.add(line("01:00:03", "r1", "{\"region\":\"r1\",\"hold\":{\"holdId\":\"h\",\"pathPrefix\":\"x\"}}"));
        log.add(line("01:00:03", "r1", edit(2, 3, "\"added\":[{\"path\":\"b\"}]")));
        log.add(line("01:00:04", "r1", edit(3, 4, "\"removed\":[\"b\"]")));
        log.add(line("01:59:02", "", tick("01:59:02", 7142)));
        log.add(line("02:00:05", "", tick("02:00:05", 7205)));
        return log;
    }

    private static String at(int offset, String line) {
        return line.replaceFirst("\"partition\":0", "\"partition\":0,\"offset\":" + offset);
    }

    private Sexton.Run verify(List<String> log, List<String> emitted) throws IOException {
        return replay(
                log, "--verify", Files.write(dir.resolve("emitted"), emitted).toString());
    }

    private Sexton.Run replay(List<String> lines, String... options) throws IOException {
        return replay(String.join("\n", lines).getBytes(StandardCharsets.UTF_8), options);
    }

    private Sexton.Run replay(byte[] log, String... options) throws IOException {
        Path file = dir.resolve("log");
        Files.write(file, log);
        List<String> arguments = new ArrayList<>(List.of("replay", "--input", file.toString()));
        arguments.addAll(List.of(options));
        return Sexton.run(arguments.toArray(String[]::new));
    }

    private static String line(String time, String key, String value) {
        return "{\"timestamp\":\"2026-01-01T" + time + "Z\",\"key\":\"" + key + "\",\"value\":" + value + "}";
    }

    private static String edit(int base, int version, String change) {
        return "{\"region\":\"r1\",\"epoch\":\"1\",\"manifestEdit\":{\"baseVersion\":\"" + base + "\",\"version\":\""
                + version + "\"," + change + "}}";
    }

    private static String tick(String time, int uptime) {
        return "{\"tick\":{\"wallClock\":\"2026-01-01T" + time + "Z\",\"ticker\":\"t\",\"uptime\":\"" + uptime
                + "s\"}}";
    }
}
