/**
 * Chaos on real processes: brokers and services are killed, paused, cut off, filled up and given wrong clocks, while
 * databases work; then a checker that knows the truth judges. {@code docs/testing.md} says how to run it.
 */
@NullMarked
package io.sexton.cli.chaos;

import org.jspecify.annotations.NullMarked;
