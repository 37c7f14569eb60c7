/**
 * The client that a database embeds: publishes events, holds pins, acquires locks, receives notices. It begins with
 * {@link io.sexton.client.SextonClient}.
 *
 * <h2>One rule for every operation</h2>
 *
 * <p>An operation that waits for the log, or for an answer of Sexton, has two forms: {@code x} blocks until the outcome is
 * known, and {@code xAsync} returns a {@link java.util.concurrent.CompletableFuture} and does not wait for it. Both have
 * the same parameters and the same result; where a caller's own function runs, {@code xAsync} takes an executor for it in
 * addition. Every other method returns at once.
 *
 * <ul>
 *   <li><b>Arguments.</b> What is wrong with the arguments, or with the order of the calls, is thrown by both forms
 *       themselves ({@link io.sexton.client.InvalidEventException}, {@link io.sexton.client.VersionConflictException},
 *       {@link java.lang.IllegalStateException}), and nothing is sent then.
 *   <li><b>Failures.</b> Every other failure is a {@link io.sexton.client.SextonException}. The blocking form throws it;
 *       the future fails with it, not with a wrapper of it. A function of the caller may throw its own exceptions.
 *   <li><b>Interruption.</b> The blocking form throws {@link java.lang.InterruptedException} when its thread is
 *       interrupted. What was sent by then may take effect, as after a
 *       {@link io.sexton.client.PublishException}; a pin or lock that was requested is closed.
 *   <li><b>Cancellation.</b> Cancelling the future of a pin or a lock withdraws the request. Cancelling any other future
 *       only ends the wait.
 *   <li><b>Threads.</b> A future that waits for the acknowledgement of the log is completed by the network thread, so its
 *       stages must not block. A future that waits for an answer of Sexton is completed by the
 *       {@linkplain io.sexton.client.SextonClient.Builder#callbacks executor of callbacks}.
 *   <li><b>Time.</b> The wait for an acknowledgement is bounded by Kafka's {@code delivery.timeout.ms} (30 s by default),
 *       and by {@code max.block.ms} (10 s) before that, in both forms, while no broker was ever reached. The wait for an
 *       answer is bounded by an argument or an option, by default the client's answer timeout.
 * </ul>
 *
 * <h2>Packages</h2>
 *
 * <p>{@link io.sexton.client.pins} and {@link io.sexton.client.locks} have the types of pins and of locks,
 * {@link io.sexton.client.spi} the ports for a client without a broker. {@code io.sexton.client.internal} is no part of
 * the API and changes without notice.
 */
@NullMarked
package io.sexton.client;

import org.jspecify.annotations.NullMarked;
