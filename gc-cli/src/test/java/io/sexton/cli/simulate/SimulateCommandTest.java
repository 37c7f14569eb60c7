package io.sexton.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.cli.Sexton;
import io.sexton.service.ExitCode;
import org.junit.jupiter.api.Test;

final class SimulateCommandTest {

    @Test
    void runsOneSeedAndReportsThatEveryPromiseHeld() {
        Sexton.Run run = Sexton.run("simulate", "--seed", "3");

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.outLines()).hasSize(1).first().asString().contains("Seed 3", "every promise held");
    }

    @Test
    void printsTheSameTraceForTheSameSeed() {
        Sexton.Run run = Sexton.run("simulate", "--seed", "4", "--trace");

        assertThat(run.outLines()).hasSizeGreaterThan(20);
        assertThat(Sexton.run("simulate", "--seed", "4", "--trace").out()).isEqualTo(run.out());
    }

    @Test
    void summarizesManySeedsAndTheirMissingCoverage() {
        Sexton.Run run = Sexton.run("simulate", "--seeds", "1..2");

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("action: FLUSH").contains("never  ").contains("2 seeds, 0 broken");
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThat(Sexton.run("simulate", "--seeds", "9..1").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(Sexton.run("simulate", "--seeds", "few").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(Sexton.run("simulate").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
