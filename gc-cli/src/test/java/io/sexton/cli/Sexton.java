package io.sexton.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A run of the command as in a shell, in this process. */
public final class Sexton {

    private Sexton() {}

    /** The result of a finished command. */
    public record Run(int exitCode, String out, String err) {

        public List<String> outLines() {
            return out.lines().toList();
        }

        public List<String> errLines() {
            return err.lines().toList();
        }
    }

    public static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = SextonMain.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Run(exitCode, out.toString(), err.toString());
    }
}
