import Ledger

extension Migration {
  /// Adds the times at which a venue's or an artist's pages were read. All dates share venues and artists, and an older
  /// document of one date may be loaded, or replayed, after a newer one of another.
  static let listingTimes = Migration(
    version: 3, name: "listing times",
    script: """
      alter table venues add column listed_at timestamptz, add column page_read_at timestamptz;
      alter table artists add column page_read_at timestamptz;
      comment on column venues.listed_at is
        'when the listing was read that the name is of; an older one does not change it';
      comment on column venues.page_read_at is
        'when the venue''s own page was read that the details are of; an older one does not change them';
      comment on column artists.page_read_at is
        'when the act''s own page was read that the details, genres and relations are of; an older one does not change them';
      """)
}
