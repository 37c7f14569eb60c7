package consumer;

import io.sexton.client.InvalidEventException;
import io.sexton.client.RegionSettings;
import io.sexton.client.SextonClient;
import io.sexton.proto.RegionId;
import io.sexton.v1.Hold;
import io.sexton.v1.RegionEvent;

/** Uses the client without a broker: what it checks by itself, it checks before it connects. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        RegionId region = RegionId.of("tables/42");
        try (SextonClient sexton =
                SextonClient.builder("localhost:1").name("consumer").kafka("max.block.ms", 1_000).build()) {
            expect("hold.hold_id is empty", () -> sexton.operator().hold(region, Hold.getDefaultInstance()));
            expect("event none is set", () -> sexton.publisher()
                    .publish(RegionEvent.newBuilder().setRegion(region.value()).build()));
            expect("epoch is 0", () -> sexton.publisher()
                    .openRegion(region, 0, RegionSettings.of("local", "tables/42"), 0));
        }
        System.out.println("consumer: the installed client works");
    }

    private interface Call {
        Object run() throws InterruptedException;
    }

    private static void expect(String message, Call call) throws InterruptedException {
        try {
            Object result = call.run();
            throw new AssertionError("not refused: " + result);
        } catch (InvalidEventException e) {
            if (!e.getMessage().startsWith(message)) {
                throw new AssertionError("'" + e.getMessage() + "' does not begin with '" + message + "'", e);
            }
        }
    }
}
