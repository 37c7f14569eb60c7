package io.sexton.deleter.storage;

import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The names in the trash: {@code .trash/REGION/MILLIS-COMMAND/ROOT/PATH}. The name alone contains a file's region, path
 * and time of condemnation; so the trash needs no index that could be lost. No root of a region can be in it, since
 * none begins with a dot ({@link RootShape}).
 */
final class TrashLayout {

    static final ObjectKey DIRECTORY = ObjectKey.of(".trash");

    private static final int REGION = 1;
    private static final int COMMAND = 2;
    private static final int ROOT = 3;

    private final Roots roots;

    /** @param roots determine where in a name the root ends */
    TrashLayout(Roots roots) {
        this.roots = roots;
    }

    static ObjectKey directoryOf(RegionId region) {
        return DIRECTORY.child(KeptName.of(region));
    }

    static ObjectKey keyOf(RegionRoot root, FilePath path, Treatment.CommandName command) {
        return KeptName.key(DIRECTORY, root, path, command);
    }

    /** Returns when the command of that directory, in a region's directory, was decided; empty if it is none. */
    static Optional<Instant> decidedAt(ObjectKey commandDirectory) {
        return command(commandDirectory.name()).map(Treatment.CommandName::decidedAt);
    }

    /** Returns the trashed file; empty if it was not put there as a file of the trash. */
    Optional<TrashedFile> fileAt(ObjectKey key, ObjectFacts facts) {
        String[] segments = key.value().split("/", -1);
        if (segments.length <= ROOT + 1
                || !key.isWithin(DIRECTORY)
                || !segments[REGION].startsWith(KeptName.REGION_PREFIX)) {
            return Optional.empty();
        }
        String region;
        try {
            region = URLDecoder.decode(
                    segments[REGION].substring(KeptName.REGION_PREFIX.length()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (RegionId.problemWith(region).isPresent()) {
            return Optional.empty();
        }
        List<String> kept = List.of(segments).subList(ROOT, segments.length);
        String root = roots.rootBefore(RegionId.of(region), kept);
        String path = String.join("/", kept).substring(root.length() + 1);
        if (FilePath.problemWith(path).isPresent()) {
            return Optional.empty();
        }
        return command(segments[COMMAND])
                .map(command -> new TrashedFile(
                        new RegionRoot(RegionId.of(region), root), FilePath.of(path), command, key, facts));
    }

    private static Optional<Treatment.CommandName> command(String name) {
        int dash = name.indexOf('-');
        if (dash < 1 || dash == name.length() - 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Treatment.CommandName(
                    name.substring(dash + 1), Instant.ofEpochMilli(Long.parseLong(name.substring(0, dash)))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
