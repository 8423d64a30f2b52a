extension Migration {
  /// The locks of datasets whose definitions have `lock: {kind: postgres}`.
  public static let locks = Migration(
    version: 9, name: "locks",
    script: """
      create table etl_locks (
        lock_key text primary key check (lock_key <> ''),
        owner text not null check (owner <> ''),
        acquired_at timestamptz not null,
        expires_at timestamptz not null,
        check (expires_at > acquired_at)
      );
      comment on table etl_locks is 'the locks of datasets of which one run at a time may work';
      comment on column etl_locks.lock_key is 'the lock''s name: etl: and the id of the dataset, or what its definition says';
      comment on column etl_locks.owner is 'the name of the run that has the lock';
      comment on column etl_locks.acquired_at is 'when the run took the lock';
      comment on column etl_locks.expires_at is
        'when the lock ends unless the run renews it; another run can take it over a minute later';
      """)
}
