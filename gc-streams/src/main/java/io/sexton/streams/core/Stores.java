package io.sexton.streams.core;

import io.sexton.fold.core.OrderedStore;

/**
 * Where one partition's state lives. Three stores, because they age differently: rows of files are many and mostly
 * idle, the schedule is all inserts and deletes in order of time, the rest is small and hot.
 *
 * @param files one row for each known file
 * @param schedule what falls due when, and what is parked under which blocker
 * @param regions regions, readers, compactions, references, holds, policies, the clock
 */
public record Stores(OrderedStore files, OrderedStore schedule, OrderedStore regions) {}
