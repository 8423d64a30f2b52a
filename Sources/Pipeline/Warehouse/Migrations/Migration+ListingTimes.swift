extension Migration {
  /// How old what is stored of a venue or an act is. All dates share them, so that an old listing of one date may be
  /// loaded, or replayed, after a newer one of another.
  static let listingTimes = Migration(
    version: 3, name: "listing times",
    script: """
      alter table venues add column listed_at timestamptz;
      alter table artists add column listed_at timestamptz;
      comment on column venues.listed_at is
        'when the listing was read whose document last changed the row by the venue''s own page; an older one does not';
      comment on column artists.listed_at is
        'when the listing was read whose document last changed the row by the act''s own page; an older one does not';
      """)
}
