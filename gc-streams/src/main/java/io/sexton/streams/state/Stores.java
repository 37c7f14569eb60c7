package io.sexton.streams.state;

import io.sexton.fold.core.OrderedStore;

/**
 * The stores of one partition's state. There are three, because their loads differ: rows of files are many and rarely
 * change, the schedule has inserts and deletes in order of time, the rest is small and changes often.
 *
 * @param files one row for each known file
 * @param schedule due files and timers by time, and parked files by blocker
 * @param regions regions, readers, compactions, references, holds, policies, the clock
 */
public record Stores(OrderedStore files, OrderedStore schedule, OrderedStore regions) {}
