package io.sexton.demo.proof;

import io.sexton.proto.FilePath;
import io.sexton.proto.Times;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.GcCommand;
import io.sexton.v1.Policy;
import io.sexton.v1.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every file that any delete command names, in log order. */
final class Condemnations {

    /** A file of a region. */
    record Name(String region, FilePath path) {}

    private final List<Condemned> all;
    /** The first of each file. */
    private final Map<Name, Condemned> firsts;
    /** The last of each file. */
    private final Map<Name, Condemned> lasts;

    private Condemnations(List<Condemned> all) {
        this.all = List.copyOf(all);
        this.firsts = all.stream().collect(Collectors.toMap(Condemned::name, Function.identity(), (a, b) -> a));
        this.lasts = all.stream().collect(Collectors.toMap(Condemned::name, Function.identity(), (a, b) -> b));
    }

    static Condemnations of(List<Logged<GcCommand>> commands, RegionPolicies policies) {
        List<Condemned> all = new ArrayList<>();
        for (Logged<GcCommand> command : commands) {
            if (command.value().hasDelete()) {
                DeleteCommand delete = command.value().getDelete();
                delete.getFilesList()
                        .forEach(file -> all.add(condemned(command, delete, file, policies.of(delete.getRegion()))));
            }
        }
        return new Condemnations(all);
    }

    List<Condemned> all() {
        return all;
    }

    /** Returns the first command for a file, if there is one. */
    Optional<Condemned> firstOf(Name file) {
        return Optional.ofNullable(firsts.get(file));
    }

    /**
     * Returns the command that each deletion followed. A file that was created again has other evidence when it is
     * deleted again; commands with the same evidence are repetitions of each other.
     */
    Map<Deletion, Condemned> commandsOf(List<Deletion> deletions) {
        Map<Name, Deque<Condemned>> left = new HashMap<>();
        for (Condemned condemned : all) {
            Deque<Condemned> ofFile = left.computeIfAbsent(condemned.name(), unseen -> new ArrayDeque<>());
            if (ofFile.isEmpty() || ofFile.getLast().evidenceOffset() != condemned.evidenceOffset()) {
                ofFile.add(condemned);
            }
        }
        Map<Deletion, Condemned> commands = new LinkedHashMap<>();
        for (Deletion deletion : deletions) {
            Condemned next =
                    left.getOrDefault(deletion.name(), new ArrayDeque<>()).poll();
            if (next != null) {
                commands.put(deletion, next);
            }
        }
        return commands;
    }

    /** Returns the last command for a file, if there is one. */
    Optional<Condemned> lastOf(Name file) {
        return Optional.ofNullable(lasts.get(file));
    }

    private static Condemned condemned(
            Logged<GcCommand> command, DeleteCommand delete, CondemnedFile file, Policy policy) {
        // partition-offset-index of the tick that decided.
        String[] id = delete.getCommandId().split("-", -1);
        return new Condemned(
                delete.getCommandId(),
                new Name(delete.getRegion(), FilePath.of(file.getFile().getPath())),
                file.getReason(),
                Integer.parseInt(id[0]),
                Long.parseLong(id[1]),
                Times.of(delete.getDecidedAt()),
                command.at(),
                Times.of(file.getSince()),
                linger(file.getReason(), policy),
                policy.getDisposition() == Disposition.DISPOSITION_UNSPECIFIED
                        ? Disposition.DELETE
                        : policy.getDisposition(),
                file.getEvidenceOffset());
    }

    private static Duration linger(Reason reason, Policy policy) {
        com.google.protobuf.Duration linger = switch (reason) {
            case OBSOLETE -> policy.getObsoleteLinger();
            case ORPHAN -> policy.getOrphanLinger();
            case TEMPORARY, WRITE_ABORTED -> policy.getTempLinger();
            case REGION_GONE -> policy.getDropLinger();
            case EXPIRED -> policy.getRetention();
            case STALE_TEMP_MANIFEST -> com.google.protobuf.Duration.getDefaultInstance();
            case REASON_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("a command names no reason");
        };
        return Times.of(linger);
    }
}
