package io.sexton.deleter.core;

import static io.sexton.proto.FieldProblem.first;
import static io.sexton.proto.FieldProblem.id;
import static io.sexton.proto.FieldProblem.name;
import static io.sexton.proto.FieldProblem.text;

import io.sexton.proto.FieldProblem;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;
import org.jspecify.annotations.Nullable;

/**
 * Rules of a record of the command topic. They bound what follows from it: a report that its topic refuses would stop the
 * partition (I6).
 */
final class CommandRules {

    /** Most files of a command (commands.proto). */
    private static final int MAX_FILES = 1_000;

    /** Largest delete command, in bytes of the wire format (commands.proto). */
    private static final int MAX_BYTES = 512 * 1024;

    private CommandRules() {}

    /** Returns the first field that breaks a rule, or null. Files are not looked at: each gets its own outcome. */
    static @Nullable FieldProblem problemWith(RegionId key, GcCommand command) {
        return switch (command.getCommandCase()) {
            case DELETE -> problemWith(key, command.getDelete());
            case REVOKE -> region("revoke.region", key, command.getRevoke().getRegion());
            case FENCE_PASSED ->
                region("fence_passed.region", key, command.getFencePassed().getRegion());
            case SCAN -> region("scan.region", key, command.getScan().getRegion());
            case COMMAND_NOT_SET ->
                new FieldProblem("command", "none is set that this deleter knows; is it older than gc-streams?");
        };
    }

    private static @Nullable FieldProblem problemWith(RegionId key, DeleteCommand command) {
        if (command.getFilesCount() > MAX_FILES) {
            return new FieldProblem("delete.files", "are more than " + MAX_FILES);
        }
        if (command.getSerializedSize() > MAX_BYTES) {
            return new FieldProblem("delete", "is larger than " + MAX_BYTES + " bytes");
        }
        return first(
                id("delete.command_id", command.getCommandId()),
                name("delete.store", command.getStore()),
                text("delete.root", command.getRoot()),
                region("delete.region", key, command.getRegion()));
    }

    private static @Nullable FieldProblem region(String field, RegionId key, String region) {
        return key.value().equals(region) ? null : new FieldProblem(field, "is not the record's key");
    }

    /** What is wrong with a command's id as one segment of a path, or null. */
    static @Nullable String problemWithName(String commandId) {
        return commandId.contains("/")
                ? "has a '/'"
                : FilePath.problemWith(commandId).orElse(null);
    }
}
