package io.sexton.streams.oracle;

import io.sexton.streams.oracle.NaiveFile.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The number of times that each rule and each cell of section 5's table was applied. */
final class Coverage {

    /** The columns of the table; a column with two headings is two here. */
    enum Column {
        EDIT_ADDS,
        SNAPSHOT_NAMES,
        EDIT_REMOVES,
        SNAPSHOT_LACKS,
        FILE_WRITTEN,
        INVENTORY,
        COMPACTION_TEMP,
        LEFTOVER,
        COMPACTION_ENDS,
        COMPACTION_DIES,
        WRITE_FAILED
    }

    private final Map<Rule, Integer> rules = new EnumMap<>(Rule.class);
    private final Map<String, Integer> cells = new TreeMap<>();

    void met(Rule rule) {
        rules.merge(rule, 1, Integer::sum);
    }

    void met(State from, Column column) {
        cells.merge(cell(from, column), 1, Integer::sum);
    }

    void addAll(Coverage other) {
        other.rules.forEach((rule, count) -> rules.merge(rule, count, Integer::sum));
        other.cells.forEach((cell, count) -> cells.merge(cell, count, Integer::sum));
    }

    int of(Rule rule) {
        return rules.getOrDefault(rule, 0);
    }

    /** Returns the rules and cells that were never applied. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            if (of(rule) == 0) {
                missing.add(rule.toString());
            }
        }
        for (Column column : Column.values()) {
            for (State from : State.values()) {
                if (possible(from, column) && !cells.containsKey(cell(from, column))) {
                    missing.add(cell(from, column));
                }
            }
        }
        return missing;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Rule rule : Rule.values()) {
            text.append(String.format("%9d  %s%n", of(rule), rule));
        }
        cells.forEach((cell, count) -> text.append(String.format("%9d  %s%n", count, cell)));
        return text.toString();
    }

    private static String cell(State from, Column column) {
        return column + " of " + from;
    }

    private static boolean possible(State from, Column column) {
        return switch (column) {
            case SNAPSHOT_LACKS -> from == State.LIVE;
            case COMPACTION_ENDS, COMPACTION_DIES -> from == State.TEMP;
            default -> true;
        };
    }
}
