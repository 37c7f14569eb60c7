package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/**
 * One object to be deleted, and its expected state.
 *
 * @param key the object
 * @param expected distinguishes the condemned object from another one that reuses its key
 */
public record ObjectDeletion(ObjectKey key, Expectation expected) {}
