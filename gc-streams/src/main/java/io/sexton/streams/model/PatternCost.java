package io.sexton.streams.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An upper bound on the cost of a compiled regular expression, computed from its text alone. RE2J expands counted
 * repetitions, so that a pattern of 23 characters can fill any memory, and it recurses, so that another one can
 * overflow the stack of the thread that matches a path. Either would stop the fold at the same record after each
 * restart.
 *
 * <p>The result for an invalid pattern has no meaning: the compiler rejects the pattern.
 *
 * @param instructions of the compiled program
 * @param closure the longest run of instructions without a character in between, which is the recursion depth of a
 *     match
 * @param depth of the expression with its repetitions expanded, which is the recursion depth of the compiler
 */
public record PatternCost(long instructions, long closure, long depth) {
    private static final long MAX_INSTRUCTIONS = 10_000;

    // Measured with RE2J 1.8: about 200 bytes of stack for each step of a closure, 600 for each level of depth. Both
    // bounds together leave a third of the smallest default stack of a JVM (1 MiB) to the fold.
    private static final long MAX_CLOSURE = 3_000;
    private static final long MAX_DEPTH = 1_200;

    private static final int MAX_REPETITIONS = 1_000;

    public static PatternCost of(String pattern) {
        Node whole = new Scanner(pattern).scan();
        return new PatternCost(whole.size, whole.closure, whole.depth);
    }

    boolean isTooHigh() {
        return instructions > MAX_INSTRUCTIONS || closure > MAX_CLOSURE || depth > MAX_DEPTH;
    }

    /**
     * A part of the expression. Its numbers stay far below an overflow: {@link #bounded} caps them.
     *
     * @param empties instructions that consume no character
     * @param closure the longest run of those, at most {@code empties}
     * @param nullable whether it matches the empty text
     */
    private record Node(long size, long empties, long closure, long depth, boolean nullable) {
        static final Node CHARACTER = new Node(1, 0, 0, 0, false);
        static final Node ASSERTION = new Node(1, 1, 1, 0, true);
        static final Node NOTHING = new Node(1, 1, 1, 0, true);

        Node captured() {
            return bounded(size + 2, empties + 2, closure + 2, depth + 1, nullable);
        }

        /** Returns the cost of zero or one repetition, or of any number, which adds no more than a loop. */
        Node optional() {
            return bounded(size + 1, empties + 1, Math.min(2 * closure, empties) + 1, depth + 1, true);
        }

        Node oneOrMore() {
            return bounded(size + 1, empties + 1, Math.min(2 * closure, empties) + 1, depth + 1, nullable);
        }

        Node repeated(int least, int most) {
            long copies = Math.max(1, most);
            long optionals = (long) most - least;
            long longest = nullable ? copies * closure + optionals : 2 * closure + optionals;
            return bounded(
                    copies * size + optionals,
                    copies * empties + optionals,
                    longest,
                    depth + optionals + 1,
                    nullable || least == 0);
        }

        /** Returns the cost of at least so many repetitions, without an upper bound. */
        Node atLeast(int least) {
            return least == 0 ? optional() : repeated(least, least).oneOrMore();
        }

        private static Node bounded(long size, long empties, long closure, long depth, boolean nullable) {
            return new Node(cap(size), cap(empties), cap(Math.min(closure, empties)), cap(depth), nullable);
        }

        /** Caps a number: above all limits, but its product with {@link #MAX_REPETITIONS} does not overflow. */
        private static long cap(long number) {
            return Math.min(number, 1L << 40);
        }
    }

    /** An open group, or the whole pattern: a list of branches, of which the last one is an incomplete sequence. */
    private static final class Group {
        private final boolean captures;
        private Node branches = new Node(0, 0, 0, 0, false);
        private int branchCount;
        private long size;
        private long empties;
        private long nullableRun;
        private long longestSolid;
        private long depth;
        private boolean nullable = true;

        /** The part that a repetition would apply to; not included in the sums yet. */
        private Node last = Node.NOTHING;

        private boolean hasLast;

        Group(boolean captures) {
            this.captures = captures;
        }

        void add(Node node) {
            addLast();
            last = node;
            hasLast = true;
        }

        private void addLast() {
            if (!hasLast) {
                return;
            }
            size += last.size;
            empties += last.empties;
            depth = Math.max(depth, last.depth);
            nullable &= last.nullable;
            if (last.nullable) {
                nullableRun += last.closure;
            } else {
                longestSolid = Math.max(longestSolid, last.closure);
            }
            hasLast = false;
        }

        /**
         * Returns the cost of the sequence. Its longest closure is a run of nullable parts with a solid one at each
         * end.
         */
        private Node sequence() {
            addLast();
            return size == 0
                    ? Node.NOTHING
                    : Node.bounded(size, empties, nullableRun + 2 * longestSolid, depth, nullable);
        }

        void endBranch() {
            Node branch = sequence();
            branches = Node.bounded(
                    branches.size + branch.size + 1,
                    branches.empties + branch.empties + 1,
                    Math.max(branches.closure, branch.closure),
                    Math.max(branches.depth, branch.depth),
                    branches.nullable || branch.nullable);
            branchCount++;
            size = 0;
            empties = 0;
            nullableRun = 0;
            longestSolid = 0;
            depth = 0;
            nullable = true;
        }

        Node end() {
            endBranch();
            Node all = Node.bounded(
                    branches.size,
                    branches.empties,
                    branches.closure + branchCount,
                    // Common prefixes of branches are factored out, which nests the rest of each branch.
                    branches.depth + (branchCount == 1 ? 0 : 1 + branchCount),
                    branches.nullable);
            return captures ? all.captured() : all;
        }
    }

    /** A scanner of the pattern that follows RE2J's parser. Not thread safe. */
    private static final class Scanner {
        private final String pattern;
        private final Deque<Group> open = new ArrayDeque<>();
        private Group group = new Group(false);
        private int at;

        Scanner(String pattern) {
            this.pattern = pattern;
        }

        Node scan() {
            while (at < pattern.length()) {
                step();
            }
            while (!open.isEmpty()) {
                close();
            }
            return group.end();
        }

        private void step() {
            switch (pattern.charAt(at)) {
                case '(' -> open();
                case ')' -> {
                    at++;
                    if (!open.isEmpty()) {
                        close();
                    }
                }
                case '|' -> {
                    at++;
                    group.endBranch();
                }
                case '[' -> {
                    skipClass();
                    group.add(Node.CHARACTER);
                }
                case '\\' -> escape();
                case '*', '?' -> {
                    at++;
                    repeat(group.last.optional());
                }
                case '+' -> {
                    at++;
                    repeat(group.last.oneOrMore());
                }
                case '{' -> counted();
                case '^', '$' -> {
                    at++;
                    group.add(Node.ASSERTION);
                }
                default -> {
                    at++;
                    group.add(Node.CHARACTER);
                }
            }
        }

        private void close() {
            Node ended = group.end();
            group = open.pop();
            group.add(ended);
        }

        private void repeat(Node repeated) {
            if (group.hasLast) {
                group.last = repeated;
            }
            if (at < pattern.length() && pattern.charAt(at) == '?') {
                at++; // a lazy repetition
            }
        }

        /** Reads {@code {n}}, {@code {n,}} or {@code {n,m}}; any other brace is a literal character. */
        private void counted() {
            int end = pattern.indexOf('}', at);
            String count = end < 0 ? "" : pattern.substring(at + 1, end);
            int comma = count.indexOf(',');
            String least = comma < 0 ? count : count.substring(0, comma);
            String most = comma < 0 ? least : count.substring(comma + 1);
            if (!isNumber(least) || !(most.isEmpty() || isNumber(most))) {
                at++;
                group.add(Node.CHARACTER);
                return;
            }
            at = end + 1;
            int from = number(least);
            repeat(most.isEmpty() ? group.last.atLeast(from) : group.last.repeated(from, Math.max(from, number(most))));
        }

        private static boolean isNumber(String text) {
            return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        }

        /** Parses a number, capped at {@link #MAX_REPETITIONS}: RE2J rejects higher ones. */
        private static int number(String digits) {
            return digits.length() > 4 ? MAX_REPETITIONS : Math.min(Integer.parseInt(digits), MAX_REPETITIONS);
        }

        private void open() {
            at++;
            boolean captures = true;
            if (at < pattern.length() && pattern.charAt(at) == '?') {
                at++;
                captures = pattern.startsWith("P<", at) || pattern.startsWith("<", at);
                int end = captures ? pattern.indexOf('>', at) : endOfFlags();
                at = end < 0 ? pattern.length() : end + 1;
                if (!captures && end >= 0 && pattern.charAt(end) == ')') {
                    return; // flags for the rest of the group, not a group of its own
                }
            }
            open.push(group);
            group = new Group(captures);
        }

        private int endOfFlags() {
            for (int i = at; i < pattern.length(); i++) {
                if (pattern.charAt(i) == ':' || pattern.charAt(i) == ')') {
                    return i;
                }
            }
            return -1;
        }

        private void escape() {
            if (pattern.startsWith("\\Q", at)) {
                quoted();
                return;
            }
            boolean isAssertion = at + 1 < pattern.length() && "AbBzZ".indexOf(pattern.charAt(at + 1)) >= 0;
            skipEscape();
            group.add(isAssertion ? Node.ASSERTION : Node.CHARACTER);
        }

        private void quoted() {
            int end = pattern.indexOf("\\E", at + 2);
            int to = end < 0 ? pattern.length() : end;
            for (int i = at + 2; i < to; i++) {
                group.add(Node.CHARACTER);
            }
            at = end < 0 ? to : end + 2;
        }

        /** Skips a backslash with its character, or with its name or number in braces. */
        private void skipEscape() {
            boolean mayHaveBraces = at + 1 < pattern.length() && "pPx".indexOf(pattern.charAt(at + 1)) >= 0;
            at = Math.min(at + 2, pattern.length());
            if (mayHaveBraces && pattern.startsWith("{", at)) {
                int end = pattern.indexOf('}', at);
                at = end < 0 ? pattern.length() : end + 1;
            }
        }

        private void skipClass() {
            at++;
            if (pattern.startsWith("^", at)) {
                at++;
            }
            boolean isFirst = true;
            while (at < pattern.length() && (isFirst || pattern.charAt(at) != ']')) {
                isFirst = false;
                int named = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at + 2) : -1;
                if (named >= 0) {
                    at = named + 2;
                } else if (pattern.charAt(at) == '\\') {
                    skipEscape();
                } else {
                    at++;
                }
            }
            at++;
        }
    }
}
