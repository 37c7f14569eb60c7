/** The demo's other kind of region: files without a manifest, which are kept for a while and then archived. */
@NullMarked
package io.sexton.demo.metrics;

import org.jspecify.annotations.NullMarked;
