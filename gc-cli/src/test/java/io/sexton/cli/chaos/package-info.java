/**
 * Chaos on real processes: brokers and services are killed, paused, cut off, filled up and given wrong clocks, while
 * databases work; then the proofs of the demo judge the result. {@code docs/testing.md} has the commands.
 */
@NullMarked
package io.sexton.cli.chaos;

import org.jspecify.annotations.NullMarked;
