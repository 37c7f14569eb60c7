/** Internals of the client. No part of the API: they change without notice. */
@NullMarked
package io.sexton.client.internal;

import org.jspecify.annotations.NullMarked;
