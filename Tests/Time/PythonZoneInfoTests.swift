import Foundation
import TestSupport
import Testing
import Time

enum Python {
  static let executable = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  static let hasZones = (try? run("import zoneinfo; zoneinfo.ZoneInfo('America/Chicago')")) != nil

  static func run(_ script: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: try #require(executable))
    process.arguments = ["-c", script]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}

/// Compares with Python's zoneinfo, an independent reader of the same files, so that the tests need no table of their own.
@Suite(
  "Time zones against Python's zoneinfo",
  .enabled(if: Python.hasZones, "install python3 3.9 or later with its time zones"))
struct PythonZoneInfoTests {
  /// A fifth of all zones, by default a fiftieth.
  static let step = Robustness.isFull ? 5 : 50

  /// Prints three lines for each zone: its name; pairs of an instant and its offset, for random instants and the seconds
  /// around changes; pairs of a local time (in seconds, as if in UTC) and its instant, around the same changes.
  static let script = """
    import datetime as d, random, zoneinfo
    epoch = d.datetime(1970, 1, 1)
    random.seed(20240531)
    for name in sorted(zoneinfo.available_timezones())[::\(step)] + ['America/Chicago', 'Europe/Dublin', 'Africa/Casablanca',
        'America/Nuuk', 'Asia/Gaza', 'Australia/Lord_Howe', 'Pacific/Apia', 'Antarctica/Troll', 'Africa/Monrovia']:
      zone = zoneinfo.ZoneInfo(name)
      def offset(t):
        utc = (epoch + d.timedelta(seconds=t)).replace(tzinfo=d.timezone.utc)
        return int(utc.astimezone(zone).utcoffset().total_seconds())
      instants = [random.randrange(-5 * 10**9, 10**10) for _ in range(40)]
      ticks = range(-2208988800, 4133980800, 86400 * 47)
      offsets = [offset(t) for t in ticks]
      for i in range(1, len(ticks)):
        if offsets[i] == offsets[i - 1]: continue
        low, high = ticks[i - 1], ticks[i]
        while high - low > 1:
          middle = (low + high) // 2
          if offset(middle) == offsets[i - 1]: low = middle
          else: high = middle
        instants += [low, high]
      walls = [t + offset(t) + s for t in instants[40:] for s in (-3600, -1800, 0, 1, 1800, 3599, 3600, 7200)]
      def instant(wall):
        return round((epoch + d.timedelta(seconds=wall)).replace(tzinfo=zone).timestamp())
      print(name)
      print(*[f'{t} {offset(t)}' for t in instants])
      print(*[f'{w} {instant(w)}' for w in random.sample(walls, min(len(walls), 200))])
    """

  @Test("Offsets, gaps and overlaps of many zones equal Python's, from 1811 to 2286")
  func comparison() throws {
    let lines = try Python.run(Self.script).split(separator: "\n", omittingEmptySubsequences: false)
    var compared = 0
    for start in stride(from: 0, to: lines.count - 2, by: 3) {
      let name = String(lines[start])
      let rules = try TimeZoneRules(identifier: name)
      for (instant, offset) in pairs(lines[start + 1]) {
        let found = rules.offset(at: Date(timeIntervalSince1970: Double(instant)))
        if found != offset { Issue.record("\(name) at \(instant): \(found), not \(offset)") }
        compared += 1
      }
      for (wall, instant) in pairs(lines[start + 2]) {
        let days = Int((Double(wall) / 86_400).rounded(.down))
        let found = rules.date(
          CalendarDate(daysSinceEpoch: days), hour: 0, minute: 0, second: wall - days * 86_400)
        if found.timeIntervalSince1970 != Double(instant) {
          Issue.record("\(name), wall clock \(wall): \(found.timeIntervalSince1970), not \(instant)")
        }
        compared += 1
      }
    }
    #expect(compared > Robustness.amount(20_000))
  }

  private func pairs(_ line: Substring) -> [(Int, Int)] {
    let numbers = line.split(separator: " ").compactMap { Int($0) }
    return stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
  }
}
