import Definitions
import Settings

extension ConcertsSink {
  /// A sink's section of this plugin. The variables of the environment win over its keys.
  public static let form = PluginForm(
    "concerts", "The tables of concerts in Postgres: events, venues, artists and genres. Its items are days.",
    SectionForm([
      KeyForm(
        "min_listing_ratio", .number(0...1), standard: "\(defaultMinimumListingRatio)",
        "A listing with less than this part of its date's stored events is not loaded; MIN_LISTING_RATIO wins.")
    ]))

  /// Reads `MIN_LISTING_RATIO`, or its former name `SHRINK_FLOOR`, or else the section's `min_listing_ratio`.
  public static func minimumListingRatio(
    from configuration: inout Configuration, _ section: Section = Section()
  ) -> Double {
    let isSet = !configuration.text(.minimumListingRatio, default: "").isEmpty
    let former = isSet ? nil : configuration.number(.formerMinimumListingRatio, in: 0...1)
    return former
      ?? configuration.number(.minimumListingRatio, in: 0...1, default: section.text("min_listing_ratio"))
      ?? defaultMinimumListingRatio
  }
}
