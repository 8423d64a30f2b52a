/// A stage of a work item. The raw value is the name in the ledger and in the state machine's ledger events.
public enum Stage: String, CaseIterable, Codable, Sendable {
  case scrape, load, cache
}
