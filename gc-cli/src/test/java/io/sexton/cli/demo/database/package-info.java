@NullMarked
package io.sexton.cli.demo.database;

import org.jspecify.annotations.NullMarked;
