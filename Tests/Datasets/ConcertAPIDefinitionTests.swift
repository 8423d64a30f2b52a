import Contracts
import Definitions
import TestSupport
import Testing

/// The plans of the datasets that read Ticketmaster and Spotify: their jobs share budgets over cities and keywords.
@Suite("The jobs of Ticketmaster's and Spotify's datasets")
struct ConcertAPIDefinitionTests {
  private func definition(_ id: String) throws -> Definition {
    try RepositoryDatasets.catalog().definition(id)
  }

  @Test(
    "A job's items share its budget, and none gets nothing (F08, F16)",
    arguments: [
      ("ticketmaster_events", nil, 18, 200), ("ticketmaster_events", "daily", 18, 200),
      ("ticketmaster_events", "hourly", 4, 100), ("ticketmaster_venues", "daily", 11, 1100),
      ("ticketmaster_venues", "venue_refresh", 16, 3200), ("spotify_artists", "daily", 6, 300),
      ("spotify_artists", "artist_refresh", 4, 400),
    ])
  func budgets(id: String, job: String?, count: Int, budget: Int) throws {
    let items = try #require(definition(id).itemPlan(job: job).items)
    let shares = items.compactMap { $0.parameters["max_records"].flatMap { Int($0) } }
    #expect(items.count == count && shares.count == count)
    #expect(shares.reduce(0, +) == budget && shares.allSatisfy { $0 > 0 })
  }

  @Test("The daily job is the plan itself, and each job is of the datasets that have it")
  func jobs() throws {
    for id in ["ticketmaster_events", "ticketmaster_venues", "spotify_artists"] {
      #expect(try definition(id).itemPlan(job: "daily").items == definition(id).itemPlan(job: nil).items)
    }
    #expect(throws: PipelineError.self) { try definition("spotify_artists").itemPlan(job: "hourly") }
  }
}
