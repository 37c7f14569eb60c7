package io.sexton.deleter.storage;

import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;

/**
 * A file in the trash.
 *
 * @param root its region and that region's root
 * @param path the file's path within it
 * @param command the command that put it there
 * @param key its current key
 * @param facts the store's description of it there
 */
public record TrashedFile(
        RegionRoot root, FilePath path, Treatment.CommandName command, ObjectKey key, ObjectFacts facts) {}
