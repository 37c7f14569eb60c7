package io.sexton.service;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A limit on how long a connection may take to send a request's header. The idle time-out is none: a client that sends
 * a byte at intervals is never idle. A connection whose request is being answered has no deadline here.
 */
final class RequestDeadline extends Handler.Wrapper {
    private static final long CHECK_INTERVAL_MILLIS = 500;

    private final Map<Connection, Long> deadlines = new ConcurrentHashMap<>();
    private final long allowedNanos;

    RequestDeadline(Handler handler, Duration allowed) {
        super(handler);
        this.allowedNanos = allowed.toNanos();
    }

    /** Takes note of connections; to be added to the connector. */
    Connection.Listener connections() {
        return new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                begin(connection);
            }

            @Override
            public void onClosed(Connection connection) {
                deadlines.remove(connection);
            }
        };
    }

    private void begin(Connection connection) {
        deadlines.put(connection, System.nanoTime() + allowedNanos);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        deadlines.remove(connection);
        Request.addCompletionListener(request, failure -> {
            if (connection.getEndPoint().isOpen()) {
                begin(connection);
            }
        });
        return super.handle(request, response, callback);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        schedule(getServer().getScheduler());
    }

    private void schedule(Scheduler scheduler) {
        var unused = scheduler.schedule(
                () -> {
                    closeLate();
                    if (isRunning()) {
                        schedule(scheduler);
                    }
                },
                CHECK_INTERVAL_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void closeLate() {
        long now = System.nanoTime();
        deadlines.forEach((connection, deadline) -> {
            if (now - deadline > 0) {
                deadlines.remove(connection);
                connection.getEndPoint().close();
            }
        });
    }
}
