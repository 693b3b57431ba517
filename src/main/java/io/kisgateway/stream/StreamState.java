package io.kisgateway.stream;

import java.util.Map;

/**
 * How the JSON side is.
 *
 * @param listeners  of this instance
 * @param byClient   how many each client has
 * @param channels   kinds at codes that somebody listens to
 * @param unreadable records that their kind's route could not use, since the start
 * @param slow       listeners that were dropped since they were too slow, since the start
 * @param streamed   events added to the Redis Stream, since the start
 * @param streamLost events that could not be added to it, since the start
 */
public record StreamState(int listeners, Map<String, Long> byClient, int channels, long unreadable, long slow,
        long streamed, long streamLost) {

    public StreamState {
        byClient = Map.copyOf(byClient);
    }
}
