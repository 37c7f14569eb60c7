/** The log as brokers keep it: partitions, transactions, append times; and what of it goes wrong. */
@NullMarked
package io.sexton.simulation.log;

import org.jspecify.annotations.NullMarked;
