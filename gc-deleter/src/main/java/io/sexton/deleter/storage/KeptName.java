package io.sexton.deleter.storage;

import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What a file is called where it is kept under the name of a command: {@code r-REGION/MILLIS-COMMAND/ROOT/PATH}. */
public final class KeptName {

    static final String REGION_PREFIX = "r-";

    private KeptName() {}

    /** In one segment, whatever is in a region's id; and never one that begins with a dot. */
    public static String of(RegionId region) {
        return REGION_PREFIX + URLEncoder.encode(region.value(), StandardCharsets.UTF_8);
    }

    /** The file's key in a directory that holds nothing else. */
    public static ObjectKey key(ObjectKey directory, RegionRoot root, FilePath path, Treatment.CommandName command) {
        return directory
                .child(of(root.region()))
                .child(command.decidedAt().toEpochMilli() + "-" + command.id())
                .child(root.root())
                .child(path.value());
    }
}
