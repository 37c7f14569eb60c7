/** The service gc-deleter: its configuration and its life. */
@NullMarked
package io.sexton.deleter.app;

import org.jspecify.annotations.NullMarked;
