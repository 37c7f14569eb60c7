/** The fold of a log, free of Kafka: its interface, its clock, its stores, and the schedule of its ticks. */
@NullMarked
package io.sexton.fold.core;

import org.jspecify.annotations.NullMarked;
