/** The options that commands with a connection to Kafka share, and the commands for topics. */
@NullMarked
package io.sexton.cli.kafka;

import org.jspecify.annotations.NullMarked;
