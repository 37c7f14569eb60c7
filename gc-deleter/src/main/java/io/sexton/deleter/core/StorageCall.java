package io.sexton.deleter.core;

import java.util.List;

/**
 * A bounded number of files for one call of a store. It must not start unless {@code lease} outlasts its
 * whole time-out at that moment and the partition is still assigned (I4).
 *
 * @param id distinguishes the calls of one deleter
 * @param partition the partition that the command was read from
 * @param ticket the attempt under which the lock is held
 * @param lease the lock
 * @param store the store's name, not yet looked up
 * @param root the region's place in the store
 * @param treatment what to do with the files
 * @param files which files, in the order of the command
 */
public record StorageCall(
        long id,
        int partition,
        LockTicket ticket,
        Lease lease,
        String store,
        RegionRoot root,
        Treatment treatment,
        List<Deletion> files) {}
