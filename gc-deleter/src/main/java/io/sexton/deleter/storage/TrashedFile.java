package io.sexton.deleter.storage;

import io.sexton.deleter.core.ObjectFacts;
import io.sexton.deleter.core.RegionRoot;
import io.sexton.deleter.core.Treatment;
import io.sexton.proto.FilePath;

/**
 * A file that lies in the trash.
 *
 * @param root the region that it was of, and where that lay
 * @param path where the file lay in it
 * @param command the command that put it there
 * @param key where it lies now
 * @param facts what the store says of it there
 */
public record TrashedFile(
        RegionRoot root, FilePath path, Treatment.CommandName command, ObjectKey key, ObjectFacts facts) {}
