package io.sexton.simulation.service;

import com.google.protobuf.Message;
import io.sexton.proto.RegionId;

/**
 * One thing that a fold said about a region.
 *
 * @param topic that it is for
 * @param region its key
 * @param message its value
 */
public record Said(String topic, RegionId region, Message message) {}
