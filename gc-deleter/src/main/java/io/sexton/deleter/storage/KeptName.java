package io.sexton.deleter.storage;

import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The name of a file that is kept under the name of a command: {@code r-REGION/MILLIS-COMMAND/ROOT/PATH}. */
public final class KeptName {

    static final String REGION_PREFIX = "r-";

    /** Of a directory's name, on nearly every file system. */
    private static final int LONGEST = 255;

    private KeptName() {}

    /**
     * Returns why no file of the region can be kept under a command's name, if so: it would fail in the same way for
     * ever.
     */
    static Optional<String> problemWith(RegionId region) {
        int length = of(region).length();
        return length <= LONGEST
                ? Optional.empty()
                : Optional.of("no file of a region with such a long id can be kept in a trash or an archive: as a"
                        + " directory's name it has %d bytes, more than %d".formatted(length, LONGEST));
    }

    /** Returns one segment for any region's id, which never begins with a dot. */
    public static String of(RegionId region) {
        return REGION_PREFIX + URLEncoder.encode(region.value(), StandardCharsets.UTF_8);
    }

    /** Returns the file's key in a directory that holds nothing else. */
    public static ObjectKey key(ObjectKey directory, RegionRoot root, FilePath path, Treatment.CommandName command) {
        return directory
                .child(of(root.region()))
                .child(command.decidedAt().toEpochMilli() + "-" + command.id())
                .child(root.root())
                .child(path.value());
    }
}
