package io.sexton.client;

import io.sexton.proto.FilePath;
import io.sexton.proto.RegionId;
import io.sexton.v1.Notice;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The answers to one edit of references. Safe for use by several threads. */
final class ReferenceAnswers implements NoticeRouter.Handler {

    private final String referrer;
    private final CompletableFuture<Notice> answer = new CompletableFuture<>();
    private final List<Notice> earlyNotices = new ArrayList<>();
    private @Nullable Long offset;

    private ReferenceAnswers(String referrer) {
        this.referrer = referrer;
    }

    static Set<FilePath> edit(ClientParts parts, RegionId region, ReferenceEdit edit, Duration wait)
            throws InterruptedException, TimeoutException {
        Deadline deadline = Deadline.after(parts.clock().nanoTime(), wait);
        ReferenceAnswers answers = new ReferenceAnswers(edit.getReferrer());
        try (NoticeRouter.Following following = parts.notices().follow(region, answers)) {
            following.awaitReady(deadline.remaining(parts.clock().nanoTime()));
            RegionEvent event =
                    parts.sender().event(region, 0).setReferenceEdit(edit).build();
            answers.setOffset(Futures.await(parts.sender().send(event)).offset());
            Notice notice = answers.answer.get(
                    deadline.remaining(parts.clock().nanoTime()).toNanos(), TimeUnit.NANOSECONDS);
            if (notice.hasEventRejected()) {
                throw new EventRejectedException(notice.getEventRejected());
            }
            Set<FilePath> rejected = new TreeSet<>();
            notice.getReferenceVerdict().getRejectedList().forEach(path -> rejected.add(FilePath.of(path)));
            return rejected;
        } catch (ExecutionException e) {
            throw Futures.rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    private synchronized void setOffset(long logged) {
        offset = logged;
        earlyNotices.forEach(this::completeIfAnswer);
        earlyNotices.clear();
    }

    @Override
    public synchronized void notice(LogPosition at, Notice notice) {
        boolean mayBeAnswer = notice.getReferenceVerdict().getReferrer().equals(referrer)
                || (notice.hasEventRejected()
                        && notice.getEventRejected().getPath().isEmpty());
        if (mayBeAnswer && offset == null) {
            earlyNotices.add(notice);
        } else if (mayBeAnswer) {
            completeIfAnswer(notice);
        }
    }

    private void completeIfAnswer(Notice notice) {
        long answered = notice.hasReferenceVerdict()
                ? notice.getReferenceVerdict().getOffset()
                : notice.getEventRejected().getOffset();
        if (offset != null && offset == answered) {
            answer.complete(notice);
        }
    }

    @Override
    public void gap(String why) {
        answer.completeExceptionally(new PublishException("the verdict may have been missed: " + why, null));
    }
}
