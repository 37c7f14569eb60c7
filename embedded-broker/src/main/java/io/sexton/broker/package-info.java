/** A Kafka broker in this process, for the local mode, the demo and tests. */
@NullMarked
package io.sexton.broker;

import org.jspecify.annotations.NullMarked;
