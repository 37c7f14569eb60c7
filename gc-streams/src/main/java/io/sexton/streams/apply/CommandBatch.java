package io.sexton.streams.apply;

import io.sexton.proto.CommandId;
import io.sexton.proto.RegionId;
import io.sexton.proto.Times;
import io.sexton.streams.model.Fact;
import io.sexton.streams.state.view.RegionView;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.DeleteCommand;
import io.sexton.v1.Disposition;
import io.sexton.v1.GcCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The delete commands of one tick. Files of a region go together, in the order in which the tick examined them. */
final class CommandBatch {
    private static final int MAX_FILES = 1_000;
    private static final int MAX_BYTES = 512 * 1024;

    private final int partition;
    private final Fact tick;
    private final List<Open> commands = new ArrayList<>();
    private final Map<Target, Open> open = new HashMap<>();

    private record Target(RegionId region, Disposition disposition) {}

    private static final class Open {
        private final RegionId region;
        private final DeleteCommand.Builder command;
        private int bytes;

        private Open(RegionId region, DeleteCommand.Builder command) {
            this.region = region;
            this.command = command;
            this.bytes = command.build().getSerializedSize();
        }

        private boolean hasRoomFor(int more) {
            return command.getFilesCount() < MAX_FILES && bytes + more <= MAX_BYTES;
        }
    }

    CommandBatch(int partition, Fact tick) {
        this.partition = partition;
        this.tick = tick;
    }

    /**
     * Adds a file to its region's command.
     *
     * @return false if a command with this file alone would be larger than a command may be. The batch is then
     *     unchanged
     */
    boolean add(RegionView region, Disposition disposition, CondemnedFile file) {
        RegionId id = region.id();
        Target target = new Target(id, disposition);
        // A field of up to 2^21 bytes has three bytes of length and one of tag before it.
        int bytes = file.getSerializedSize() + 4;
        Open command = open.get(target);
        if (command == null || !command.hasRoomFor(bytes)) {
            Open next = new Open(
                    id,
                    DeleteCommand.newBuilder()
                            .setRegion(id.value())
                            .setCommandId(new CommandId(partition, tick.offset(), commands.size()).toString())
                            .setStore(region.row().getStore())
                            .setRoot(region.row().getRoot())
                            .setDisposition(disposition)
                            .setDecidedAt(Times.toProto(tick.time())));
            // WARNING: no topic accepts such a command; the fold would stop at this tick after each restart (I6).
            if (!next.hasRoomFor(bytes)) {
                return false;
            }
            command = next;
            commands.add(command);
            open.put(target, command);
        }
        command.command.addFiles(file);
        command.bytes += bytes;
        return true;
    }

    void emit(Outbox out) {
        for (Open each : commands) {
            out.command(
                    each.region, GcCommand.newBuilder().setDelete(each.command).build());
        }
    }
}
