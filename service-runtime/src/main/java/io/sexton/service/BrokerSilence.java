package io.sexton.service;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.AuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time since the brokers have answered, and the log of an outage. Thread safe. */
final class BrokerSilence {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSilence.class);

    /** Longer than the election of a new leader takes. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** Longer than a request and the pause after it: at least one was not answered. */
    private static final Duration UNCERTAIN_AFTER = Duration.ofSeconds(8);

    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final String brokers;
    private final LongSupplier nanoTime;
    private long lastAnswer;
    private long answeringSince;
    private long lastLine;
    private boolean reported;

    BrokerSilence(String brokers, LongSupplier nanoTime) {
        this.brokers = brokers;
        this.nanoTime = nanoTime;
        this.lastAnswer = nanoTime.getAsLong();
        this.answeringSince = lastAnswer;
    }

    synchronized boolean isShort() {
        return length().compareTo(LIMIT) < 0;
    }

    /** Returns how long each request has been answered; zero if the latest was not, which is not yet an outage. */
    synchronized Duration answeringFor() {
        return isUncertain() ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - answeringSince);
    }

    private boolean isUncertain() {
        return length().compareTo(UNCERTAIN_AFTER) >= 0;
    }

    synchronized void answered() {
        if (reported) {
            LOG.info("the brokers answer again after {} s: work resumes", length().toSeconds());
            reported = false;
        }
        if (isUncertain()) {
            answeringSince = nanoTime.getAsLong();
        }
        lastAnswer = nanoTime.getAsLong();
    }

    synchronized void unanswered(Throwable reason) {
        if (isShort()) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (!reported || now - lastLine >= REMINDER.toNanos()) {
            LOG.warn(
                    "no broker of {} has answered for {} s{}: not ready, and no work is done until one does",
                    brokers,
                    length().toSeconds(),
                    reason instanceof AuthenticationException ? " (" + reason.getMessage() + ")" : "");
            reported = true;
            lastLine = now;
        }
    }

    private Duration length() {
        return Duration.ofNanos(nanoTime.getAsLong() - lastAnswer);
    }
}
