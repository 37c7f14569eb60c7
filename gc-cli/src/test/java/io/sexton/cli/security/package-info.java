/** Namespaces, and services with no more permissions than they need. */
@NullMarked
package io.sexton.cli.security;

import org.jspecify.annotations.NullMarked;
