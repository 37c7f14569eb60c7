package io.sexton.deleter.storage;

import io.sexton.deleter.core.Expectation;

/**
 * One object to be given another key, without ever being nowhere.
 *
 * @param from where it lies
 * @param expected what it must look like
 * @param to where it is to lie. If something lies there, both stay as they are
 * @param again whether what lies under {@code to} can only come of an earlier attempt at this very move. A store that
 *     moves by copy and delete goes on from there then, and may copy once more
 */
public record ObjectMove(ObjectKey from, Expectation expected, ObjectKey to, boolean again) {}
