import Enrichment
import Foundation

/// The enrichment of a run, as its summary and the ledger have it.
struct EnrichmentRemarks: Codable, Equatable {
  var enrichment: EnrichmentCounts?
  /// The error with which it ended, as `ERROR: CAUSE`.
  var enrichmentError: String?

  enum CodingKeys: String, CodingKey {
    case enrichment
    case enrichmentError = "enrichment_error"
  }

  init(enrichment: EnrichmentCounts? = nil, enrichmentError: String? = nil) {
    self.enrichment = enrichment
    self.enrichmentError = enrichmentError
  }

  /// - Parameter json: a run's summary, or what the ledger has; nil for a text that has no enrichment.
  init?(_ json: String?) {
    guard let found = try? JSONDecoder().decode(Self.self, from: Data((json ?? "").utf8)), found != Self() else {
      return nil
    }
    self = found
  }

  /// The JSON for the ledger; nil if there was no enrichment.
  var json: String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return self == Self() ? nil : (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What it did, why it did less, and its error, in lines. It changes no status: the next run does what is left.
  var lines: [String] {
    var lines = enrichment.map { [$0.sentence] + $0.notes.map { "Enrichment: \($0)" } } ?? []
    if let failure { lines.append("Not all is enriched, the next run goes on: \(failure.brief)") }
    return lines.map(TextWidth.cleaned)
  }

  private var failure: RunFailure? {
    enrichmentError.map { text in
      let parts = text.split(separator: ": ", maxSplits: 1).map(String.init)
      return RunFailure(error: parts.first, cause: parts.count > 1 ? parts[1] : nil)
    }
  }
}

extension EnrichmentCounts {
  /// `Enriched: 118 events, 97 artists, 60 venues and 12 genres embedded; 58 of 60 venues located, 2 unknown.`
  fileprivate var sentence: String {
    var text = "Enriched: \(embedded.events) events, \(embedded.artists) artists, \(embedded.venues) venues and "
    text += "\(embedded.genres) genres embedded"
    if geocoded.lookedUp > 0 {
      text += "; \(geocoded.found) of \(geocoded.lookedUp) venues located, \(geocoded.missed) unknown"
      if geocoded.failed > 0 { text += ", \(geocoded.failed) failed" }
    }
    return text + (more ? "; more is left to the next run." : ".")
  }
}
