import ArgumentParser

/// A kind of rows that are compared with each other.
enum DuplicateKind: String, CaseIterable, ExpressibleByArgument {
  case artists, venues

  /// The similarity of a duplicate, as system 001 has it.
  var threshold: Double { self == .artists ? 0.85 : 0.80 }
  /// The key of the id, in a file and in the catalog.
  var id: String { self == .artists ? "artist_id" : "venue_id" }
  /// The columns that are compared, the name first.
  var columns: [String] { self == .artists ? ["name"] : ["name", "city"] }
  var table: String { "catalog.\(rawValue)" }

  /// - Parameter singular: the kind of a pair in a file.
  init?(singular: String) { self.init(rawValue: singular + "s") }
}
