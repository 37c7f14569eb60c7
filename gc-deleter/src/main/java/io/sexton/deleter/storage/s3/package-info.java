/** S3, and servers that speak its protocol. */
@NullMarked
package io.sexton.deleter.storage.s3;

import org.jspecify.annotations.NullMarked;
