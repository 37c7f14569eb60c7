package io.sexton.streams.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.sexton.fold.core.Output;
import io.sexton.proto.RegionId;
import io.sexton.streams.model.Fact;
import io.sexton.streams.row.RegionRow;
import io.sexton.streams.state.Region;
import io.sexton.v1.CondemnedFile;
import io.sexton.v1.Disposition;
import io.sexton.v1.GcCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CommandBatchTest {
    private static final RegionId REGION = RegionId.of("r");

    /** Rows of earlier versions can be that large: stores and etags had no bound. */
    @Test
    void rejectsAFileTooLargeForACommandAndKeepsTheOthers() {
        List<GcCommand> commands = new ArrayList<>();
        CommandBatch batch = new CommandBatch(0, new Fact(7, Instant.EPOCH));
        Region region = new Region(REGION, RegionRow.newBuilder().setStore("s").setRoot("r"), true);

        assertThat(batch.add(region, Disposition.DELETE, file("a", 10))).isTrue();
        assertThat(batch.add(region, Disposition.DELETE, file("b", 600_000))).isFalse();
        assertThat(batch.add(region, Disposition.DELETE, file("c", 10))).isTrue();
        batch.emit(new Outbox(output -> commands.add((GcCommand) ((Output.Emitted) output).message())));

        assertThat(commands).hasSize(1);
        assertThat(commands.get(0).getDelete().getFilesList())
                .extracting(file -> file.getFile().getPath())
                .containsExactly("a", "c");
    }

    private static CondemnedFile file(String path, int etag) {
        CondemnedFile.Builder file = CondemnedFile.newBuilder();
        file.getFileBuilder().setPath(path).setEtag("e".repeat(etag));
        return file.build();
    }
}
