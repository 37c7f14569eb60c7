/** The services, each in a process of its own or all in one. */
@NullMarked
package io.sexton.cli.service;

import org.jspecify.annotations.NullMarked;
