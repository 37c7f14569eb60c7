package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/**
 * One object to be deleted, and what it must still look like when it is.
 *
 * @param key the object
 * @param expected what tells the condemned object from another one that reuses its key
 */
public record ObjectDeletion(ObjectKey key, Expectation expected) {}
