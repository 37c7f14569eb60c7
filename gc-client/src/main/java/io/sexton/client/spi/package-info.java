/**
 * The environment of a client: log, answers, time, executors. A test or a simulation of a database implements
 * {@link io.sexton.client.spi.ClientPorts} without a broker, and runs the code that counts pins and leases.
 */
@NullMarked
package io.sexton.client.spi;

import org.jspecify.annotations.NullMarked;
