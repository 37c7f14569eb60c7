/** What the client is made of. No part of the API: changes without notice. */
@NullMarked
package io.sexton.client.internal;

import org.jspecify.annotations.NullMarked;
