package io.sexton.streams.state.view;

import io.sexton.fold.core.LogClock;

/** The whole state of one partition's fold, read-only. */
public interface StateView {
    LogClock clock();

    FilesView files();

    RegionsView regions();

    ReadersView readers();

    ReferencesView references();

    HoldsView holds();

    CompactionsView compactions();

    PoliciesView policies();
}
