package io.sexton.streams.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.streams.decide.TransitionTable.Cause;
import io.sexton.streams.decide.TransitionTable.Effect;
import io.sexton.streams.model.StateKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TransitionTableTest {
    /** The table of design, section 5: a dash keeps the state, a plus revokes the delete command. */
    private static final String TABLE = """
            from         EDIT_ADDS EDIT_REMOVES SNAPSHOT_NAMES FILE_WRITTEN  INVENTORY_NAMES COMPACTION_TEMP COMPACTION_LEFTOVER WRITE_FAILED
            UNKNOWN      LIVE      OBSOLETE     LIVE           UNREFERENCED  UNREFERENCED    TEMP            ABANDONED           ABORTED
            LIVE         -         OBSOLETE     -              -             -               reject          -                   reject
            OBSOLETE     LIVE      -            LIVE           confirm       -               reject          -                   -
            UNREFERENCED LIVE      OBSOLETE     LIVE           UNREFERENCED  -               TEMP            ABANDONED           ABORTED
            TEMP         LIVE      OBSOLETE     LIVE           -             -               -               ABANDONED           ABORTED
            ABANDONED    LIVE      OBSOLETE     LIVE           UNREFERENCED  -               TEMP            -                   -
            ABORTED      LIVE      OBSOLETE     LIVE           UNREFERENCED  -               TEMP            -                   -
            CONDEMNED    +LIVE     -            +LIVE          +UNREFERENCED -               reject          -                   -
            GONE         LIVE      -            LIVE           UNREFERENCED  UNREFERENCED    TEMP            ABANDONED           ABORTED
            """;

    static Stream<Arguments> cells() {
        String[][] rows = TABLE.lines().map(line -> line.split(" +")).toArray(String[][]::new);
        return Stream.of(rows)
                .skip(1)
                .flatMap(row -> Stream.iterate(1, column -> column < row.length, column -> column + 1)
                        .map(column ->
                                Arguments.of(Cause.valueOf(rows[0][column]), StateKind.valueOf(row[0]), row[column])));
    }

    @Test
    void listsEachCell() {
        assertThat(cells()).hasSize(Cause.values().length * StateKind.values().length);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void hasTheEffectOfTheDesign(Cause cause, StateKind from, String cell) {
        assertThat(text(TransitionTable.effect(cause, from))).isEqualTo(cell);
    }

    private static String text(Effect effect) {
        return switch (effect) {
            case Effect.Keep keep -> "-";
            case Effect.Become become -> become.state().name();
            case Effect.Revive revive -> "+" + revive.state().name();
            case Effect.RequireConfirmation required -> "confirm";
            case Effect.Reject reject -> "reject";
        };
    }

    @Test
    void revokesPendingDeletesForFactsThatWriteThePath() {
        assertThat(Arrays.stream(Cause.values()).filter(Cause::revokes))
                .containsExactlyInAnyOrderElementsOf(EnumSet.of(
                        Cause.EDIT_ADDS, Cause.FILE_WRITTEN, Cause.COMPACTION_TEMP, Cause.COMPACTION_LEFTOVER));
    }

    @ParameterizedTest
    @EnumSource(StateKind.class)
    void makesWhatExistsLiveWithoutAManifest(StateKind from) {
        String effect = text(TransitionTable.effect(Cause.FILE_WRITTEN, from));

        assertThat(text(TransitionTable.withoutManifest(TransitionTable.effect(Cause.FILE_WRITTEN, from))))
                .isEqualTo(effect.replace("UNREFERENCED", "LIVE"));
    }
}
