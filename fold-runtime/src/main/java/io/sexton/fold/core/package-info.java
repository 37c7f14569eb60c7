/** What every fold of a log shares, free of Kafka: the log's clock and the ordered store that state lives in. */
@NullMarked
package io.sexton.fold.core;

import org.jspecify.annotations.NullMarked;
