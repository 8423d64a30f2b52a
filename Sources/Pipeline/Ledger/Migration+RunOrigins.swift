extension Migration {
  /// The way in which a run was started, and its enrichment.
  public static let runOrigins = Migration(
    version: 16, name: "origins of runs",
    script: """
      alter table etl_runs
        add column job_type text,
        add column object_bucket text,
        add column object_key text,
        add column host text,
        add column enrichment jsonb;
      comment on table etl_runs is
        'one row for each run: an execution of the state machine, or a run of a process on a host of its own';
      comment on column etl_runs.job_type is 'the job: a profile of the dataset''s plan; null for the plan itself';
      comment on column etl_runs.object_bucket is 'the bucket of the object that the run is about; null if it names none';
      comment on column etl_runs.object_key is 'the key of that object';
      comment on column etl_runs.host is
        'the process that does the run itself, as MACHINE:PID@BOOT/NAMESPACE; null for an execution of the state machine';
      comment on column etl_runs.enrichment is
        'what the run embedded and geocoded, and why it did less; null if it did not try';
      """)
}
