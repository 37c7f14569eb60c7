package io.sexton.simulation.database;

import io.sexton.client.NoticeListener;
import io.sexton.client.SextonClient;
import io.sexton.simulation.World;
import io.sexton.simulation.kernel.Dice;
import io.sexton.simulation.kernel.SimulatedProcess;
import io.sexton.v1.ReferenceEdit;
import io.sexton.v1.ReferenceVerdict;
import io.sexton.v1.RegionEvent;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Another region that uses files of this one. It relies on those that Sexton has accepted, until it lets them go. */
public final class Branch {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(40);

    private final World world;
    private final Database parent;
    private final SimulatedProcess process;
    private final SextonClient client;
    private final Set<String> files;
    private boolean answered;
    private boolean ending;

    private Branch(World world, Database parent, String name, Set<String> files) {
        this.world = world;
        this.parent = parent;
        this.files = files;
        process = world.process(name);
        client = world.client(process, Duration.ofHours(24));
        client.notices().subscribe(parent.region(), new NoticeListener() {
            @Override
            public void onReferenceVerdict(ReferenceVerdict verdict) {
                answered(verdict);
            }
        });
        parent.branches().add(this);
        ask();
    }

    /** Asks for references to some live files. */
    public static void begin(World world, Database parent, String name, Duration length, Dice dice) {
        Set<String> files = new TreeSet<>();
        parent.truth().live().stream().filter(each -> dice.oneIn(2)).forEach(files::add);
        if (files.isEmpty()) {
            return;
        }
        world.coverage().met("operation: branch");
        Branch branch = new Branch(world, parent, name, files);
        branch.process.later(length, branch::end);
    }

    /** Lets go of everything: first in truth, then in the log, until that is acknowledged. */
    public void end() {
        if (!ending) {
            ending = true;
            parent.truth().dereference(process.name());
            letGo();
        }
    }

    private void ask() {
        if (!answered && !ending) {
            publish(edit().addAllAdded(files).build(), acknowledged -> {});
            process.later(TRY_AGAIN, this::ask);
        }
    }

    private void answered(ReferenceVerdict verdict) {
        if (!verdict.getReferrer().equals(process.name()) || answered || ending) {
            return;
        }
        answered = true;
        Set<String> accepted = new TreeSet<>(files);
        verdict.getRejectedList().forEach(accepted::remove);
        world.coverage().met(accepted.size() < files.size() ? "refusal: reference" : "reference: accepted");
        parent.truth().reference(process.name(), accepted);
        world.say(process.name(), () -> "relies on " + accepted + " of " + parent.region());
    }

    private void letGo() {
        publish(edit().addAllRemoved(files).build(), acknowledged -> {
            if (!acknowledged) {
                process.later(TRY_AGAIN, this::letGo);
            }
        });
    }

    private ReferenceEdit.Builder edit() {
        return ReferenceEdit.newBuilder().setReferrer(process.name()).setReferrerEpoch(1);
    }

    private void publish(ReferenceEdit edit, Consumer<Boolean> then) {
        client.publisher().reset(parent.region());
        RegionEvent event = RegionEvent.newBuilder()
                .setRegion(parent.region().value())
                .setReferenceEdit(edit)
                .build();
        var unused = client.publisher()
                .publishAsync(event)
                .whenComplete((position, failure) -> then.accept(failure == null));
    }
}
