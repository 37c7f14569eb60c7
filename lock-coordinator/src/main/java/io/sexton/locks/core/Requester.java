package io.sexton.locks.core;

/**
 * The owner and the id of one of its requests. Two requests of one region with the same requester are one request that
 * was sent twice.
 */
record Requester(String owner, String requestId) {}
