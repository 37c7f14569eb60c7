/** Start-up of the services: configuration, checks of the log, Kafka Streams, health and metrics. */
@NullMarked
package io.sexton.fold.app;

import org.jspecify.annotations.NullMarked;
