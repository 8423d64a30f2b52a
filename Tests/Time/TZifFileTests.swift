import Foundation
import Testing

@testable import Time

/// Returns a file in the format of RFC 9636 with the given transitions (instant, index of a type) and offsets.
private func make(
  version: Int = 2, transitions: [(Int, Int)] = [(0, 1), (1000, 0)], offsets: [Int] = [-3600, 7200],
  leapSeconds: Int = 0, footer: String = "XST1"
) -> [UInt8] {
  func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
  func part(_ width: Int) -> [UInt8] {
    var bytes = Array("TZif".utf8) + [version == 1 ? 0 : UInt8(ascii: "0") + UInt8(version)]
    bytes += [UInt8](repeating: 0, count: 15)
    for count in [0, 0, leapSeconds, transitions.count, offsets.count, 4] { bytes += number(count, 4) }
    for (instant, _) in transitions { bytes += number(instant, width) }
    for (_, type) in transitions { bytes.append(UInt8(type)) }
    for offset in offsets { bytes += number(offset, 4) + [0, 0] }
    bytes += Array("XST\0".utf8)
    for _ in 0..<leapSeconds { bytes += number(78_796_800, width) + number(1, 4) }
    return bytes
  }
  return version == 1 ? part(4) : part(4) + part(8) + Array("\n\(footer)\n".utf8)
}

@Suite("TZif files")
struct TZifFileTests {
  func offset(_ bytes: [UInt8], at instant: Int) throws -> Int {
    try TimeZoneRules(identifier: "X", bytes: bytes).offset(at: Date(timeIntervalSince1970: Double(instant)))
  }

  @Test("Versions 1 to 4 and later ones are read in the same way", arguments: 1...9)
  func versions(version: Int) throws {
    let bytes = make(version: version)
    #expect(try offset(bytes, at: -1) == -3600, "the first type, before the first transition")
    #expect(try offset(bytes, at: 0) == 7200)
    #expect(try offset(bytes, at: 999) == 7200)
    #expect(try offset(bytes, at: 1000) == -3600)
    #expect(try offset(bytes, at: 1 << 40) == -3600)
  }

  @Test("Version 2 uses the block of 64-bit times")
  func wideTimes() throws {
    let bytes = make(transitions: [(-(1 << 35), 1), (1 << 34, 0)])
    #expect(try offset(bytes, at: -(1 << 35) - 1) == -3600)
    #expect(try offset(bytes, at: 1 << 33) == 7200)
    #expect(try offset(bytes, at: 1 << 34) == -3600)
  }

  @Test("The footer applies after the last transition, and everywhere if there is none")
  func footer() throws {
    #expect(try offset(make(footer: "XST-5"), at: 1000) == 18_000)
    #expect(try offset(make(transitions: [], footer: "XST-5"), at: -5) == 18_000)
    #expect(try offset(make(transitions: [], footer: ""), at: 5) == -3600, "no footer: the first type")
    #expect(try offset(make(footer: ""), at: 5000) == -3600, "no footer: the last type")
  }

  @Test(
    "A file that violates the format is refused, and the error gives the reason",
    arguments: [
      ("it is not a TZif file", [UInt8]("PK\u{3}\u{4} and so on".utf8)), ("it is truncated", []),
      ("its transitions are not in order", make(transitions: [(1000, 1), (0, 0)])),
      ("its transitions are not in order", make(transitions: [(7, 1), (7, 0)])),
      ("a transition refers to an unknown local time type", make(transitions: [(0, 2)])),
      ("it has no local time type", make(transitions: [], offsets: [])),
      ("an offset is out of range", make(offsets: [0, 100_000])),
      ("an offset is out of range", make(offsets: [0, -(1 << 31)])),
      ("a transition is out of range", make(transitions: [(1 << 61, 0)])),
      ("it has leap seconds, which Unix time does not count", make(leapSeconds: 2)),
      ("its footer is not a POSIX TZ string", make(footer: "nonsense")),
      ("its footer does not begin with a line break", make(footer: "")),
    ] as [(String, [UInt8])])
  func refused(detail: String, bytes: [UInt8]) throws {
    var bytes = bytes
    if detail.hasPrefix("its footer does not begin") { bytes[bytes.count - 2] = UInt8(ascii: "X") }
    let error = #expect(throws: TimeError.self) { try TimeZoneRules(identifier: "X", bytes: bytes) }
    #expect(error?.kind == .malformedFile)
    #expect(error?.detail == "its file is malformed: \(detail)")
  }

  @Test("A file truncated anywhere is refused", arguments: [1, 2, 4])
  func truncated(version: Int) {
    let bytes = make(version: version, footer: "XST6XDT,M3.2.0,M11.1.0")
    for length in 0..<bytes.count {
      #expect(throws: TimeError.self, "truncated to \(length) bytes") {
        try TimeZoneRules(identifier: "X", bytes: Array(bytes[..<length]))
      }
    }
  }

  @Test("The system's file for Chicago, truncated anywhere, is refused")
  func truncatedChicago() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/America/Chicago")))
    for length in stride(from: 0, to: bytes.count, by: 3) {
      #expect(throws: TimeError.self) { try TimeZoneRules(identifier: "X", bytes: Array(bytes[..<length])) }
    }
  }

  @Test("A file with any byte changed is refused or read, and does not crash the program")
  func flipped() throws {
    let bytes = make(footer: "XST6XDT,M3.2.0/-1,J60/167")
    let day = try #require(CalendarDate("2024-03-10"))
    var accepted = 0
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x02, 0x10, 0x40, 0x7F, 0x80, 0xFF] {
        var changed = bytes
        changed[index] ^= mask
        guard let rules = try? TimeZoneRules(identifier: "X", bytes: changed) else { continue }
        accepted += 1
        for instant in [-Double.infinity, -1e18, -1, 0, 1e9, 4e9, 1e18, .infinity, .nan] {
          #expect(PosixTimeZone.offsets.contains(rules.offset(at: Date(timeIntervalSince1970: instant))))
          _ = rules.localDate(at: Date(timeIntervalSince1970: instant))
        }
        _ = rules.date(day, hour: 2, minute: 30)
        _ = rules.date(CalendarDate(daysSinceEpoch: .min), hour: 0, minute: 0)
        _ = rules.date(CalendarDate(daysSinceEpoch: .max), hour: 24, minute: 0)
      }
    }
    #expect(accepted > 0)
  }
}
