extension Migration {
  /// The documents of earlier runs that a later run has tried to load.
  public static let unloadedDocuments = Migration(
    version: 10, name: "unloaded documents",
    script: """
      create table unloaded_documents (
        raw_key text primary key,
        dataset text not null,
        run text not null,
        item text not null,
        attempts integer not null check (attempts >= 0),
        attempted_at timestamptz not null,
        error text,
        cause text,
        state text not null check (state in ('open', 'absent', 'set aside')),
        unique (dataset, run, item)
      );
      comment on table unloaded_documents is
        'documents of earlier runs that were not loaded, of datasets whose runs read only what is new: a later run tries';
      comment on column unloaded_documents.raw_key is 'the document''s key in S3';
      comment on column unloaded_documents.dataset is 'the dataset''s id';
      comment on column unloaded_documents.run is 'the run that stored the document';
      comment on column unloaded_documents.item is 'the id of the work item';
      comment on column unloaded_documents.attempts is 'loads that failed, that of the run itself included';
      comment on column unloaded_documents.attempted_at is 'when the last attempt began or ended';
      comment on column unloaded_documents.error is 'the name of the last error; null if the loader ended without one';
      comment on column unloaded_documents.cause is 'the last error''s message';
      comment on column unloaded_documents.state is
        'open: it is tried again; absent: the run had stored none; set aside: it failed three times, and is not tried again';
      """, changing: [])
}
