import Foundation
import Testing

@testable import Links

@Suite("Candidates for a link")
struct CandidateTests {
  private static let first = """
    John Mary Kermit Irma Ivan Cyril Aaron Charmaine Anders Davell Leroy Delfeayo Wendell Walter Jason Ellis Branford Meschiya
    Aurora Rosie Chubby Sonny Tab Samantha Amanda Luther Luke Gal Robin Shamarr Big Little Professor Papa Doreen
    """.split { $0 == " " || $0 == "\n" }
  private static let last = """
    Ruffins Thomas Neville Osborne Crawford Jones Marsalis Brunious Batiste Andrews Cleary Boutte Lake Nealand Ledet Carrier
    Landreth Benoit Fish Shaw Kent King Holiday Barnes Allen Washington Toussaint Domino Longhair Harrison Boudreaux Dollis
    """.split { $0 == " " || $0 == "\n" }
  private static let ends = ["", " Trio", " Band", " & the Night Owls", " Brass Band", " Quartet", " and Friends"]

  /// Names of musicians, each with a spelling of its own.
  private static func names(_ count: Int) -> [String] {
    (0..<count).map { number in
      let (one, other) = (first[number % first.count], last[number / first.count % last.count])
      let word = number / first.count / last.count
      return "\(one) \(word > 0 ? "\(last[(number + word) % last.count]) " : "")\(other)\(ends[number % ends.count])"
    }
  }

  @Test("A pair that is kept by its score is compared")
  func none() {
    let names = Self.names(700).map(LinkName.artist)
    let others = Self.names(1400).suffix(700).map { $0.replacing("e", with: "ee") } + Self.names(40)
    let right = others.map(LinkName.artist)
    let index = CandidateIndex(right)
    var links = 0
    for name in names {
      let candidates = Set(index.candidates(for: name, atLeast: LinkScore.doubtful))
      for (position, other) in right.enumerated() where LinkScore(name, other).value >= LinkScore.doubtful {
        links += 1
        #expect(candidates.contains(position), "\(name.joined) and \(others[position])")
      }
    }
    #expect(links >= 40)
  }

  @Test("5,000 artists are compared with 5,000 in seconds")
  func many() {
    let left = Self.names(5000).map(LinkName.artist)
    let right = Self.names(10_000).suffix(5000).map(LinkName.artist)
    var pairs = 0
    let time = ContinuousClock().measure {
      let index = CandidateIndex(right)
      for name in left {
        pairs += index.candidates(for: name, atLeast: LinkScore.doubtful).count {
          LinkScore(name, right[$0]).value >= LinkScore.doubtful
        }
      }
    }
    if ProcessInfo.processInfo.environment["SHOW_MEASURES"] != nil { print("5,000 × 5,000: \(time), \(pairs) pairs") }
    #expect(pairs > 0 && time < .seconds(120))
  }
}
