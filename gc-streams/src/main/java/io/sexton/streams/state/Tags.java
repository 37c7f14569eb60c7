package io.sexton.streams.state;

/** The first bytes of keys in stores that several tables share. They are stored: no tag is ever reused. */
final class Tags {
    static final int DUE = 1;
    static final int TIMERS = 2;
    static final int PARKED = 3;
    static final int AWAITING_TICK = 4;
    static final int SCHEDULE_BOUNDS = 5;
    static final int EXPIRING = 6;
    static final int UNFINISHED = 7;
    static final int FORGET = 8;
    static final int PARKED_COUNTS = 9;
    static final int DUE_BATCHES = 10;
    static final int DUE_BATCH_COUNTS = 11;
    static final int FORGET_BATCHES = 12;

    static final int REGIONS = 1;
    static final int PARTITION = 2;
    static final int CLOCK = 3;
    static final int READERS = 4;
    static final int FILE_PINS = 5;
    static final int VERSION_PINS = 6;
    static final int COMPACTIONS = 7;
    static final int TEMPORARIES = 8;
    static final int REFERRERS = 9;
    static final int REFERENCES_BY_PATH = 10;
    static final int REFERENCES_BY_REFERRER = 11;
    static final int HOLDS = 12;
    static final int APPROVALS = 13;
    static final int RETENTION_REGIONS = 14;
    static final int VERSION_PIN_COUNTS = 16;
    static final int TEMPORARY_COUNTS = 17;
    static final int REFERENCE_COUNTS = 18;
    static final int STUCK = 15;
    static final int TEMP_MANIFEST_PINS = 19;
    static final int POLICIES = 40;

    private Tags() {}
}
