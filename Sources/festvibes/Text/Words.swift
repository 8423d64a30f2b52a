import Contracts

/// The nouns for a dataset's items and records.
struct Words: Equatable {
  /// The noun for an item: `date` or `item`.
  let item: String
  /// The noun for records, in the plural: `events`.
  let records: String

  /// The noun for one record: `event`. A noun without the plural's `s` stays as it is.
  var record: String { records.hasSuffix("s") && records.count > 1 ? String(records.dropLast()) : records }

  /// The nouns of a calendar of events.
  static let ofDays = Words(item: "date", records: "events")

  /// `1 date`, `31 dates`.
  func items(_ count: Int) -> String { "\(count) \(item)\(count == 1 ? "" : "s")" }

  /// `1 event`, `118 events`.
  func records(_ count: Int) -> String { "\(count) \(count == 1 ? record : records)" }
}

extension Dataset {
  /// The nouns for the dataset's items and records, which its definition names as `data_type`.
  var words: Words {
    // A record of a dataset of series is a point of one.
    Words(
      item: hasDates ? "date" : "item",
      records: dataType == "series" ? "points" : dataType.replacing("_", with: " "))
  }
}
