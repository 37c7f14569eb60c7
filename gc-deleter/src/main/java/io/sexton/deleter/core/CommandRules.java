package io.sexton.deleter.core;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.GcCommand;
import org.jspecify.annotations.Nullable;

/** What a record of the command topic must be. */
final class CommandRules {

    private CommandRules() {}

    /** What is wrong with it, or null. Files are not looked at: each gets its own outcome. */
    static @Nullable String problemWith(RegionId key, GcCommand command) {
        return switch (command.getCommandCase()) {
            case DELETE ->
                command.getDelete().getCommandId().isEmpty()
                        ? "a delete command has no command_id"
                        : problemWithRegion(key, command.getDelete().getRegion());
            case REVOKE -> problemWithRegion(key, command.getRevoke().getRegion());
            case FENCE_PASSED -> problemWithRegion(key, command.getFencePassed().getRegion());
            case SCAN -> problemWithRegion(key, command.getScan().getRegion());
            case COMMAND_NOT_SET -> "no command that this deleter knows is set; is it older than gc-streams?";
        };
    }

    private static @Nullable String problemWithRegion(RegionId key, String region) {
        return key.value().equals(region) ? null : "its region is not its key";
    }

    /** What is wrong with a command's id as one segment of a path, or null. */
    static @Nullable String problemWithName(String commandId) {
        return commandId.contains("/")
                ? "has a '/'"
                : FilePath.problemWith(commandId).orElse(null);
    }
}
