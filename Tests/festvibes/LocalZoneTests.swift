import Foundation
import TestSupport
import Testing

@testable import festvibes

@Suite("The zone of times")
struct LocalZoneTests {
  private let moment = Date(timeIntervalSince1970: 1_717_182_000.25)

  @Test(
    "A time is shown with the zone's abbreviation, or its offset",
    arguments: [
      ("America/Chicago", "2024-05-31 14:00:00 CDT"), ("UTC", "2024-05-31 19:00:00 UTC"),
      ("Asia/Kolkata", "2024-06-01 00:30:00 +05:30"), ("America/St_Johns", "2024-05-31 16:30:00 -02:30"),
    ])
  func time(zone: String, text: String) throws {
    #expect(zonedTime(moment, in: try #require(TimeZone(identifier: zone))) == text)
  }

  @Test("Milliseconds are whole, also before 1970 and just before a second")
  func milliseconds() {
    func text(_ seconds: Double) -> String {
      zonedTime(Date(timeIntervalSince1970: seconds), in: .gmt, includesMilliseconds: true)
    }
    #expect(text(1_717_182_000.25) == "2024-05-31 19:00:00.250 UTC")
    #expect(text(1_717_182_000.9996) == "2024-05-31 19:00:01.000 UTC")
    #expect(text(-0.001) == "1969-12-31 23:59:59.999 UTC")
  }

  @Test(
    "Names of zones are accepted as the C library accepts them", arguments: ["", "UTC", ":America/Chicago", "CST6CDT"])
  func valid(name: String) { #expect(LocalZone.problem(["TZ": name]) == nil) }

  @Test("Without TZ the machine's zone counts") func unset() { #expect(LocalZone.problem([:]) == nil) }

  @Test("A command with a TZ that is no zone ends before it does anything", arguments: ["Mars/Base", "/nonexistent"])
  func wrong(name: String) throws {
    let ran = try FestVibesProcess("status", environment: ["TZ": name])
    #expect(ran.status == 1)
    #expect(
      ran.error
        == "Error: TZ is '\(name)', which is not a time zone that this machine knows: use a name such as America/Chicago\n"
        + "next: unset TZ\n")
  }
}
