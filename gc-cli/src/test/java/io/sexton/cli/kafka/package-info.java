@NullMarked
package io.sexton.cli.kafka;

import org.jspecify.annotations.NullMarked;
