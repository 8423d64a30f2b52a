import Contracts

/// The reason for which a search has no answer.
public enum SearchError: Error, Equatable, CustomStringConvertible {
  /// The database has no pgvector.
  case extensionMissing
  /// The database has pgvector, but was never prepared for enrichment.
  case functionsMissing
  /// No event has a vector yet.
  case nothingEmbedded
  /// The model cannot be opened; the text says why.
  case modelMissing(String)
  /// No artist is called so; with the names that are most like it.
  case artistUnknown(String, alike: [String])
  /// No venue, street or city is called so.
  case placeUnknown(String)
  /// No genre is called so; with those that there are.
  case genreUnknown(String, known: [String])
  /// The database failed.
  case database(PipelineError)

  public var description: String {
    switch self {
    case .extensionMissing: "the database has no extension pgvector, which keeps and compares the embeddings"
    case .functionsMissing: "the database is not prepared for the search: it has no function search_events"
    case .nothingEmbedded: "no event is embedded yet"
    case .modelMissing(let reason): reason
    case .artistUnknown(let name, let alike):
      "there is no artist '\(name)'" + (alike.isEmpty ? "" : "; like it: \(alike.joined(separator: ", "))")
    case .placeUnknown(let name): "there is no venue, street or city '\(name)'"
    case .genreUnknown(let name, let known):
      "there is no genre '\(name)'" + (known.isEmpty ? "" : "; there are: \(known.joined(separator: ", "))")
    case .database(let error): "\(error)"
    }
  }
}
