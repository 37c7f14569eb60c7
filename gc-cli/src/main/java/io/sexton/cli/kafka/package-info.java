/** What commands that speak to Kafka share, and the topics. */
@NullMarked
package io.sexton.cli.kafka;

import org.jspecify.annotations.NullMarked;
