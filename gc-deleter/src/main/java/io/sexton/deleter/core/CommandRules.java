package io.sexton.deleter.core;

import static io.sexton.proto.FieldProblem.first;
import static io.sexton.proto.FieldProblem.id;
import static io.sexton.proto.FieldProblem.name;
import static io.sexton.proto.FieldProblem.text;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sexton.proto.FieldProblem;
import io.sexton.proto.FilePath;
import io.sexton.proto.LogRecord;
import io.sexton.proto.RegionId;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.GcCommand;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The parser of records of the command topic, with the rules that a command has to keep. They bound what follows from it: a
 * report that its topic refuses would stop the partition (I6).
 */
public final class CommandRules {

    /** Most files of a command (commands.proto). */
    private static final int MAX_FILES = 1_000;

    /** Largest delete command, in bytes of the wire format (commands.proto). */
    private static final int MAX_BYTES = 512 * 1024;

    private CommandRules() {}

    /** Returns the record as an input: a {@link Input.RecordRead}, or an {@link Input.UnusableRecord}. */
    public static Input parse(LogRecord record, Duration now) {
        @Nullable RegionId region = regionOf(record.key());
        byte @Nullable [] value = record.value();
        if (region == null || value == null) {
            return unusable(record, region, "value: the record has no region as its key, or no value", now);
        }
        GcCommand command;
        try {
            command = GcCommand.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return unusable(record, region, "value: not a sexton.v1.GcCommand: " + e.getMessage(), now);
        }
        @Nullable FieldProblem problem = problemWith(region, command);
        return problem == null
                ? new Input.RecordRead(record.partition(), record.offset(), record.appendTime(), region, command, now)
                : unusable(record, region, problem.toString(), now);
    }

    private static Input unusable(LogRecord record, @Nullable RegionId region, String problem, Duration now) {
        return new Input.UnusableRecord(record.partition(), record.offset(), region, problem, now);
    }

    private static @Nullable RegionId regionOf(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
            return RegionId.problemWith(text).isPresent() ? null : RegionId.of(text);
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Returns the first field that breaks a rule, or null. Files are not checked: each gets its own outcome. */
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

    /** Returns the problem of a command's id as one segment of a path, or null. */
    static @Nullable String problemWithName(String commandId) {
        return commandId.contains("/")
                ? "has a '/'"
                : FilePath.problemWith(commandId).orElse(null);
    }
}
