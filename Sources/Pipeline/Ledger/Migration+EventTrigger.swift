extension Migration {
  /// Runs that an event has started.
  public static let eventTrigger = Migration(
    version: 11, name: "event trigger",
    script: """
      alter table etl_runs drop constraint etl_runs_trigger_check,
        add constraint etl_runs_trigger_check check (trigger in ('schedule', 'manual', 'replay', 'event'));
      comment on column etl_runs.trigger is 'schedule, manual, replay or event';
      """, changing: [])
}
