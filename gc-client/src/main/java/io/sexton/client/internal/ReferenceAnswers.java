package io.sexton.client.internal;

import io.sexton.client.LogPosition;
import io.sexton.client.PublishException;
import io.sexton.client.RejectedException;
import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.EventRejected;
import io.sexton.v1.Notice;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The answers to one edit of references, which may be in several events. Safe for use by several threads. */
public final class ReferenceAnswers implements NoticeRouter.Handler {

    private final String referrer;
    private final CompletableFuture<Set<FilePath>> answer = new CompletableFuture<>();
    private final Set<FilePath> rejectedPaths = new TreeSet<>();
    private final List<Notice> earlyNotices = new ArrayList<>();
    /** The offsets of the events without an answer; null before all are acknowledged. */
    private @Nullable Set<Long> unanswered;

    private ReferenceAnswers(String referrer) {
        this.referrer = referrer;
    }

    /** Returns an exchange of an edit for the added paths that are not protected. */
    public static Exchange<Set<FilePath>> of(ClientParts parts, RegionId region, ReferenceEdit edit, Duration wait) {
        RegionEvent event = parts.sender().event(region).setReferenceEdit(edit).build();
        var unused = parts.sender().split(event); // what breaks a rule is thrown by the call itself
        ReferenceAnswers answers = new ReferenceAnswers(edit.getReferrer());
        return new Exchange<>(
                parts,
                "an edit of references to region " + region,
                wait,
                parts.notices().follow(region, answers),
                () -> Futures.flatMap(parts.sender().sendParts(event), answers::await));
    }

    private synchronized CompletableFuture<Set<FilePath>> await(List<LogPosition> logged) {
        unanswered = new HashSet<>(logged.stream().map(LogPosition::offset).toList());
        earlyNotices.forEach(this::apply);
        earlyNotices.clear();
        return answer;
    }

    @Override
    public synchronized void notice(LogPosition at, Notice notice) {
        boolean mayBeAnswer = notice.getReferenceVerdict().getReferrer().equals(referrer)
                || (notice.hasEventRejected()
                        && notice.getEventRejected().getPath().isEmpty());
        if (mayBeAnswer && unanswered == null) {
            earlyNotices.add(notice);
        } else if (mayBeAnswer) {
            apply(notice);
        }
    }

    private void apply(Notice notice) {
        long answered = notice.hasReferenceVerdict()
                ? notice.getReferenceVerdict().getOffset()
                : notice.getEventRejected().getOffset();
        if (unanswered == null || !unanswered.remove(answered)) {
            return;
        }
        if (notice.hasEventRejected()) {
            EventRejected rejection = notice.getEventRejected();
            answer.completeExceptionally(new RejectedException(
                    "the event at offset " + rejection.getOffset() + " was rejected: " + rejection.getDetail(),
                    List.of()));
            return;
        }
        notice.getReferenceVerdict().getRejectedList().forEach(path -> rejectedPaths.add(FilePath.of(path)));
        if (unanswered.isEmpty()) {
            answer.complete(rejectedPaths);
        }
    }

    @Override
    public void gap(String why) {
        answer.completeExceptionally(new PublishException("the verdict may have been missed: " + why, null));
    }
}
