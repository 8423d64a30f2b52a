extension Migration {
  /// Takes the column of system 003 for the last times of series, of datasets whose state is postgres.
  public static let watermarks = Migration(
    version: 19, name: "last times of series",
    script: """
      comment on column etl_checkpoints.checkpoint_data is
        'of a dataset of series: {"series": {CODE: the time of its last loaded point}}; of system 003 in its own rows';
      """)
}
