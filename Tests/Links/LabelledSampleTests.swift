import Foundation
import Testing

@testable import Links

/// The scores against pairs that a person labelled.
@Suite("Links against the labelled sample")
struct LabelledSampleTests {
  struct Sample {
    let isSame: Bool
    let text: String
    let score: Double
  }

  struct Measure: CustomStringConvertible {
    let precision: Double
    let recall: Double
    /// The share of all same pairs that a person sees at least.
    let found: Double
    let wrong: [String]
    let missed: [String]

    init(_ samples: [Sample]) {
      let linked = samples.filter { $0.score >= LinkScore.link }
      let same = samples.filter(\.isSame)
      precision = Double(linked.count(where: \.isSame)) / Double(max(1, linked.count))
      recall = Double(linked.count(where: \.isSame)) / Double(max(1, same.count))
      found = Double(same.count { $0.score >= LinkScore.doubtful }) / Double(max(1, same.count))
      wrong = linked.filter { !$0.isSame }.map { "\($0.text) \($0.score)" }
      missed = same.filter { $0.score < LinkScore.link }.map { "\($0.text) \($0.score)" }
    }

    var description: String {
      "precision \(precision), recall \(recall), found \(found)\nwrong:\n  \(wrong.joined(separator: "\n  "))\n"
        + "missed:\n  \(missed.joined(separator: "\n  "))"
    }
  }

  static func lines(_ file: String) throws -> [[String]] {
    let path = Bundle.module.resourceURL?.appending(path: "Fixtures/\(file)").path ?? ""
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func report(_ measure: Measure, _ name: String) {
    guard ProcessInfo.processInfo.environment["SHOW_MEASURES"] != nil else { return }
    print("\(name): \(measure)")
  }

  @Test("Artists: what is linked is right, and most are linked")
  func artists() throws {
    let samples = try Self.lines("artists.tsv").map { fields in
      Sample(
        isSame: fields[0] == "same", text: "\(fields[1]) | \(fields[2])",
        score: LinkScore(LinkName.artist(fields[1]), LinkName.artist(fields[2])).value)
    }
    #expect(samples.count >= 120)
    let measure = Measure(samples)
    report(measure, "artists")
    #expect(measure.precision >= 0.97 && measure.recall >= 0.92 && measure.found >= 0.97, "\(measure)")
  }

  @Test("Venues: what is linked is right, and most are linked")
  func venues() throws {
    func venue(_ fields: ArraySlice<String>) -> LinkVenue {
      let fields = Array(fields)
      let point = fields[3].split(separator: ",").compactMap { Double($0) }
      let places = fields[1].components(separatedBy: "; ") + ["", ""]
      return LinkVenue(
        name: fields[0],
        place: LinkPlace(
          city: places[0], state: places[1], country: places[2], address: fields[2], latitude: point.first,
          longitude: point.last))
    }
    let samples = try Self.lines("venues.tsv").map { fields in
      Sample(
        isSame: fields[0] == "same", text: fields.dropFirst().joined(separator: " | "),
        score: LinkScore(venue(fields[1..<5]), venue(fields[5..<9])).value)
    }
    #expect(samples.count >= 80)
    let measure = Measure(samples)
    report(measure, "venues")
    #expect(measure.precision >= 0.99 && measure.recall >= 0.98 && measure.found >= 0.99, "\(measure)")
  }
}

/// Every pair of two lists, as a run compares them: the sample site's and the stand-ins'.
@Suite("Links of the sample sources")
struct SampleSourceTests {
  private func pairs(_ file: String, _ score: (_ site: [String], _ catalog: [String]) -> LinkScore) throws -> String {
    let lines = try LabelledSampleTests.lines(file)
    let (site, catalog) = (lines.filter { $0[0] == "site" }, lines.filter { $0[0] == "catalog" })
    var (found, wrong, missed): (Int, [String], [String]) = (0, [], [])
    for one in site {
      for other in catalog {
        let isSame = one[1] == other[3]
        let isLinked = score(one, other).value >= LinkScore.link
        if isSame, isLinked { found += 1 }
        if isSame, !isLinked { missed.append("\(one[1]) | \(other[1])") }
        if !isSame, isLinked { wrong.append("\(one[1]) | \(other[1])") }
      }
    }
    return "\(found) of \(found + missed.count); wrong \(wrong); missed \(missed)"
  }

  @Test("Artists and venues are linked with the right ones, and with no other")
  func all() throws {
    let artists = try pairs("sample-artists.tsv") { LinkScore(LinkName.artist($0[1]), LinkName.artist($1[1])) }
    #expect(artists == "36 of 37; wrong []; missed [\"Nine Lives Brass Band | Nine Lives BB\"]")
    func venue(_ fields: [String]) -> LinkVenue {
      LinkVenue(name: fields[1], place: LinkPlace(city: "New Orleans", address: fields[2]))
    }
    let venues = try pairs("sample-venues.tsv") { LinkScore(venue($0), venue($1)) }
    #expect(venues == "25 of 25; wrong []; missed []")
  }
}
