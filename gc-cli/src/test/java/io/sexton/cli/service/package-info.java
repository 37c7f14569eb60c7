@NullMarked
package io.sexton.cli.service;

import org.jspecify.annotations.NullMarked;
