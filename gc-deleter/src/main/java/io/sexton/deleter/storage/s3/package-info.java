/** S3 and what speaks its protocol. */
@NullMarked
package io.sexton.deleter.storage.s3;

import org.jspecify.annotations.NullMarked;
