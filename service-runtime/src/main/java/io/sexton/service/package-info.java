/**
 * Parts that every process of Sexton has: configuration, checks of the log, health and metrics over HTTP, the end of a
 * process and its exit codes. Knows no service.
 */
@NullMarked
package io.sexton.service;

import org.jspecify.annotations.NullMarked;
