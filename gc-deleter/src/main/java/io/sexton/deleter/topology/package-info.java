/** The deleter on Kafka: commands in, fences, locks, storage calls, reports out. */
@NullMarked
package io.sexton.deleter.topology;

import org.jspecify.annotations.NullMarked;
