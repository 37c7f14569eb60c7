package io.sexton.deleter.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.testkit.SeededRandom;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.DeletionReport;
import io.sexton.v1.Disposition;
import io.sexton.v1.FileOutcome;
import io.sexton.v1.FileRef;
import io.sexton.v1.Outcome;
import io.sexton.v1.Reason;
import io.sexton.v1.RevokeCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands of one region that wait behind each other are carried out together, and each stays itself. */
final class JoinedCommandsTest {

    private static final int SEEDS = 3_000;

    static DeleteCommand.Builder command(String id, String... paths) {
        DeleteCommand.Builder command = DeleteCommand.newBuilder()
                .setRegion(LoneRegion.REGION.value())
                .setCommandId(id)
                .setStore("main")
                .setRoot("r1")
                .setDisposition(Disposition.DELETE);
        for (String path : paths) {
            // The etag shows which command's expectation a store received.
            command.addFiles(CondemnedFile.newBuilder()
                    .setFile(FileRef.newBuilder().setPath(path).setEtag(id + ":" + path))
                    .setReason(Reason.REGION_GONE));
        }
        return command;
    }

    private static RevokeCommand.Builder revoke(String... paths) {
        return RevokeCommand.newBuilder().setRegion(LoneRegion.REGION.value()).addAllPaths(List.of(paths));
    }

    private static List<Outcome> outcomes(DeletionReport report) {
        return report.getOutcomesList().stream().map(FileOutcome::getOutcome).toList();
    }

    @Test
    void carriesOutWhatWaitedForTheLockInOneCallUnderOneFence() {
        LoneRegion region = new LoneRegion(10);
        region.read(command("1", "a", "b"));
        region.read(command("2", "c"));
        region.read(command("3", "d", "e"));

        region.grantAndPass();

        assertThat(region.locksAsked()).isEqualTo(1);
        assertThat(region.fences()).isEqualTo(1);
        assertThat(region.etagsOf(region.onlyCall())).containsExactly("1:a", "1:b", "2:c", "3:d", "3:e");
        region.finish(region.onlyCall());
        assertThat(region.reports()).extracting(DeletionReport::getCommandId).containsExactly("1", "2", "3");
        assertThat(region.reports()).allSatisfy(report -> {
            assertThat(report.getLockToken()).isEqualTo(LoneRegion.TOKEN);
            assertThat(outcomes(report)).containsOnly(Outcome.DELETED);
        });
    }

    @Test
    void joinsWhatArrivesWhileACallRunsIntoTheNextOne() {
        LoneRegion region = new LoneRegion(10);
        region.read(command("1", "a"));
        region.grantAndPass();
        StorageCall first = region.onlyCall();
        region.read(command("2", "b"));
        region.read(command("3", "c"));

        region.finish(first);

        assertThat(region.etagsOf(region.onlyCall())).containsExactly("2:b", "3:c");
    }

    @Test
    void takesNoMoreFilesThanACallMayHave() {
        LoneRegion region = new LoneRegion(3);
        region.read(command("1", "a", "b"));
        region.read(command("2", "c", "d"));
        region.grantAndPass();

        StorageCall first = region.onlyCall();
        assertThat(region.etagsOf(first)).containsExactly("1:a", "1:b", "2:c");
        region.finish(first);

        assertThat(region.etagsOf(region.onlyCall())).containsExactly("2:d");
        assertThat(region.reports()).extracting(DeletionReport::getCommandId).containsExactly("1");
    }

    @Test
    void leavesAPathThatComesAgainToTheNextCall() {
        LoneRegion region = new LoneRegion(10);
        region.read(command("1", "a", "b"));
        region.read(command("2", "c", "a", "d"));
        region.grantAndPass();

        StorageCall first = region.onlyCall();
        assertThat(region.etagsOf(first)).containsExactly("1:a", "1:b", "2:c");
        region.finish(first);

        assertThat(region.etagsOf(region.onlyCall())).containsExactly("2:a", "2:d");
    }

    @Test
    void doesNotJoinWhatLiesElsewhereOrIsTreatedInAnotherWay() {
        LoneRegion region = new LoneRegion(10);
        region.read(command("1", "a"));
        region.read(command("2", "b").setRoot("other"));
        region.read(command("3", "c").setRoot("other").setStore("archive"));
        region.read(command("4", "d").setRoot("other").setStore("archive").setDisposition(Disposition.DRY_RUN));
        region.grantAndPass();

        for (String only : List.of("1:a", "2:b", "3:c", "4:d")) {
            assertThat(region.etagsOf(region.onlyCall())).containsExactly(only);
            region.finish(region.onlyCall());
        }
    }

    @Test
    void revokesAPathOnlyInTheCommandsBeforeTheRevoke() {
        LoneRegion region = new LoneRegion(10);
        region.read(command("1", "a", "b"));
        region.read(revoke("a"));
        region.read(command("2", "a"));

        region.grantAndPass();

        assertThat(region.etagsOf(region.onlyCall())).containsExactly("1:a", "1:b");
        assertThat(region.etagsOfRevoked(region.onlyCall())).containsExactly("1:a");
        region.finish(region.onlyCall());
        assertThat(region.etagsOf(region.onlyCall())).containsExactly("2:a");
        assertThat(region.etagsOfRevoked(region.onlyCall())).isEmpty();
        region.finish(region.onlyCall());
        assertThat(outcomes(region.reports().getFirst())).containsExactly(Outcome.REVOKED, Outcome.DELETED);
        assertThat(outcomes(region.reports().getLast())).containsExactly(Outcome.DELETED);
    }

    @Test
    void startsNoCallOfWhichOneFileIsRevokedAndAsksForTheOthersAgain() {
        LoneRegion region = new LoneRegion(10);
        region.read(command("1", "a"));
        region.read(command("2", "b"));
        region.grantAndPass();
        StorageCall call = region.onlyCall();
        region.read(revoke("a"));

        assertThat(region.mayStart(call)).isFalse();
        region.notStarted(call);

        assertThat(region.etagsOf(region.onlyCall())).containsExactly("1:a", "2:b");
        assertThat(region.etagsOfRevoked(region.onlyCall())).containsExactly("1:a");
        region.finish(region.onlyCall());
        assertThat(outcomes(region.reports().getFirst())).containsExactly(Outcome.REVOKED);
        assertThat(outcomes(region.reports().getLast())).containsExactly(Outcome.DELETED);
    }

    /** Any commands, revokes and calls: what is reported of a file is what came of that very file of that command. */
    @Test
    void keepsEachFileItsOwnCommandsFromAnySeed() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Run(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Run {
        private static final int STEPS = 60;
        private static final int FILES_OF_A_CALL = 4;
        private static final int ROUNDS_TO_QUIET = 10_000;

        private final SeededRandom random;
        private final LoneRegion region = new LoneRegion(FILES_OF_A_CALL);
        private final List<DeleteCommand> commands = new ArrayList<>();
        private final Map<String, String> expected = new HashMap<>();
        private final Map<String, Integer> lastCommandOfPath = new HashMap<>();

        private Run(long seed) {
            random = new SeededRandom(seed);
        }

        private void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> condemn();
                    case 2 -> revokeSome();
                    case 3 -> region.grantAndPass();
                    default -> call();
                }
            }
            region.grantAndPass();
            for (int round = 0; round < ROUNDS_TO_QUIET && region.hasCall(); round++) {
                call();
                region.grantAndPass();
            }
            assertThat(region.hasCall()).as("comes to rest").isFalse();
            check();
        }

        private void condemn() {
            String[] paths = new String[1 + random.nextInt(5)];
            for (int i = 0; i < paths.length; i++) {
                paths[i] = anyPath();
            }
            String id = String.valueOf(commands.size());
            DeleteCommand.Builder command = command(id, paths).setRoot(random.nextInt(4) == 0 ? "other" : "r1");
            commands.add(command.build());
            region.read(command);
        }

        /** What is open of earlier commands is revoked; what is in a call stays in it if that begins. */
        private void revokeSome() {
            String path = anyPath();
            region.read(revoke(path));
            for (DeleteCommand command : commands) {
                for (int i = 0; i < command.getFilesCount(); i++) {
                    if (command.getFiles(i).getFile().getPath().equals(path)) {
                        expected.putIfAbsent(command.getCommandId() + "#" + i, "");
                    }
                }
            }
        }

        private void call() {
            if (!region.hasCall()) {
                return;
            }
            StorageCall call = region.onlyCall();
            assertThat(call.files()).hasSizeBetween(1, FILES_OF_A_CALL);
            assertThat(call.files()).extracting(Deletion::path).doesNotHaveDuplicates();
            if (!region.mayStart(call) || random.nextInt(5) == 0) {
                region.notStarted(call);
                region.grantAndPass();
                return;
            }
            for (String detail : region.finish(call)) {
                if (!detail.isEmpty()) {
                    note(detail, call);
                }
            }
        }

        /** The first place of the command with that path that has no result yet: in their order, each is called once. */
        private void note(String detail, StorageCall call) {
            String etag = detail.substring(0, detail.indexOf('@'));
            int number = Integer.parseInt(etag.substring(0, etag.indexOf(':')));
            String path = etag.substring(etag.indexOf(':') + 1);
            DeleteCommand command = commands.get(number);
            assertThat(call.root().root()).isEqualTo(command.getRoot());
            assertThat(lastCommandOfPath.getOrDefault(path, 0))
                    .as("order of %s", path)
                    .isLessThanOrEqualTo(number);
            lastCommandOfPath.put(path, number);
            for (int i = 0; i < command.getFilesCount(); i++) {
                boolean first = command.getFiles(i).getFile().getPath().equals(path)
                        && expected.putIfAbsent(number + "#" + i, detail) == null;
                if (first) {
                    return;
                }
            }
            throw new AssertionError("called for a file that had its result: " + detail);
        }

        private void check() {
            assertThat(region.reports())
                    .extracting(DeletionReport::getCommandId)
                    .containsExactlyElementsOf(
                            commands.stream().map(DeleteCommand::getCommandId).toList());
            for (DeletionReport report : region.reports()) {
                for (int i = 0; i < report.getOutcomesCount(); i++) {
                    FileOutcome outcome = report.getOutcomes(i);
                    assertThat(outcome.getDetail())
                            .as("%s of command %s", outcome.getPath(), report.getCommandId())
                            .isEqualTo(expected.get(report.getCommandId() + "#" + i));
                    assertThat(outcome.getOutcome())
                            .isEqualTo(outcome.getDetail().isEmpty() ? Outcome.REVOKED : Outcome.DELETED);
                }
            }
        }

        private String anyPath() {
            return "p" + random.nextInt(12);
        }
    }
}
