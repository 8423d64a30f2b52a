import ConcertsSink
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@Suite("The geocode command", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class GeocodeCommandTests {
  private let database: TestDatabase
  private let connection: PostgresConnection
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
    try Database(url: database.url, migrations: ConcertsSink.migrations).migrate(deadline: deadline)
  }

  private func run(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(["geocode"] + arguments, environment: ["PG_DATABASE_URL": database.url], input: "")
  }

  private func addVenues(_ names: String...) throws {
    for name in names {
      try connection.query(
        "insert into venues (name, wwoz_venue_href, thoroughfare, locality) values ($1, gen_random_uuid(), '5 A St', 'Gretna')",
        [.text(name)], deadline: deadline)
    }
  }

  @Test("lists what has no coordinates, sets one by hand, and forgets it")
  func setByHand() throws {
    #expect(try run().output == "Every venue has coordinates.\n")
    try addVenues("Blue Nile", "Maple Leaf")
    let list = try run().output
    #expect(list.contains("Blue Nile") && list.contains("not looked up") && list.contains("5 A St, Gretna"))
    let set = try run("blue nile", "--at", "29.9638,-90.0579", "--json")
    #expect(set.status == 0, "\(set.error)")
    #expect(set.output.contains(#""latitude":29.9638"#) && set.output.contains(#""provider":"manual""#))
    #expect(try !run().output.contains("Blue Nile"))
    #expect(try run("Blue Nile", "--forget").output.contains("not looked up"))
  }

  @Test("says which venue it means")
  func unclear() throws {
    try addVenues("Club", "club")
    let none = try run("Tipitina's", "--forget")
    #expect(none.status == 1)
    #expect(none.error.contains("there is no venue 'Tipitina's'"))
    let two = try run("Club", "--at", "29.9,-90.1")
    #expect(two.status == 1)
    #expect(two.error.contains("2 venues are called 'Club': give the id, one of 1, 2"))
  }

  @Test(
    "refuses arguments that are none",
    arguments: [
      ["--at", "29,-90"], ["Club", "--at", "29"], ["Club", "--at", "129,-90"], ["Club", "--at", "1,1", "--forget"],
    ])
  func usage(arguments: [String]) throws {
    let ran = try FestVibesProcess(["geocode"] + arguments, environment: ["PG_DATABASE_URL": database.url], input: "")
    #expect(ran.status == 64)
  }
}
