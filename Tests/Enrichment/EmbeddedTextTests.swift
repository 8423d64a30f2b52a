import Testing

@testable import Enrichment

/// The texts of the legacy system, branch by branch.
@Suite("Embedded texts")
struct EmbeddedTextTests {
  @Test(
    "An event's text is artist, venue and description",
    arguments: [
      ("Kermit Ruffins", "Blue Nile", "A night of trumpets", "Kermit Ruffins Blue Nile A night of trumpets"),
      ("Kermit Ruffins", "Blue Nile", nil, "Kermit Ruffins Blue Nile"),
      ("Kermit Ruffins", "Blue Nile", "", "Kermit Ruffins Blue Nile"),
      (nil, "Blue Nile", "Late", "Blue Nile Late"), ("Kermit Ruffins", nil, nil, "Kermit Ruffins"),
      (" Kermit ", "Blue Nile", "Late\n", "Kermit  Blue Nile Late"), (nil, nil, nil, nil), ("", "", "", nil),
    ] as [(String?, String?, String?, String?)])
  func event(_ artist: String?, _ venue: String?, _ description: String?, _ text: String?) {
    #expect(EmbeddedText.event(artist: artist, venue: venue, description: description) == text)
  }

  @Test(
    "A description's text is the description; none has none",
    arguments: [("Late", "Late"), (" Late\u{1F}\u{A0}", "Late"), ("", nil), ("  \n", nil), (nil, nil)]
      as [(String?, String?)])
  func description(_ description: String?, _ text: String?) {
    #expect(EmbeddedText.description(description) == text)
  }

  @Test("An artist's text has name, description, website and genres, each if it is known")
  func artist() {
    #expect(
      EmbeddedText.artist(
        name: "Irma Thomas", description: "Soul queen", website: "https://irma.example", genres: "R&B, Soul")
        == "Irma Thomas Soul queen Website: https://irma.example Genres: R&B, Soul")
    #expect(
      EmbeddedText.artist(name: "Irma Thomas", website: "https://irma.example")
        == "Irma Thomas Website: https://irma.example")
    #expect(EmbeddedText.artist(name: "Irma Thomas", description: "", website: "", genres: "") == "Irma Thomas")
    #expect(EmbeddedText.artist(name: nil) == nil)
  }

  private static func venue(_ change: (inout EmbeddedText.Venue) -> Void) -> String? {
    var venue = EmbeddedText.Venue(name: "Blue Nile")
    change(&venue)
    return EmbeddedText.venue(venue)
  }

  @Test("A venue's text has everything that is known, in this order")
  func venue() {
    let text = Self.venue {
      ($0.fullAddress, $0.description) = ("532 Frenchmen St, New Orleans, LA 70116", "A club")
      ($0.isIndoors, $0.capacity, $0.isStreaming, $0.genres) = (true, 150, true, "Brass, Jazz")
      ($0.thoroughfare, $0.locality, $0.state) = ("not", "used", "here")
    }
    #expect(
      text == "Blue Nile Address: 532 Frenchmen St, New Orleans, LA 70116 A club "
        + "Characteristics: indoor venue, medium-sized venue, streaming venue Genres: Brass, Jazz")
    #expect(Self.venue { _ in } == "Blue Nile")
  }

  @Test("A venue without an address in one line has its parts, if street, city and state are known")
  func address() {
    let parts: (inout EmbeddedText.Venue) -> Void = {
      ($0.thoroughfare, $0.locality, $0.state) = ("532 Frenchmen St", "New Orleans", "LA")
    }
    #expect(Self.venue(parts) == "Blue Nile Address: 532 Frenchmen St, New Orleans, LA")
    #expect(
      Self.venue {
        parts(&$0)
        ($0.postalCode, $0.fullAddress) = ("70116", "")
      } == "Blue Nile Address: 532 Frenchmen St, New Orleans, LA 70116")
    #expect(
      Self.venue {
        parts(&$0)
        $0.state = nil
      } == "Blue Nile")
  }

  @Test(
    "A venue's size is by its capacity",
    arguments: [
      (nil, "Blue Nile"), (0, "Blue Nile"), (1, "intimate venue"), (99, "intimate venue"), (100, "medium-sized venue"),
      (499, "medium-sized venue"), (500, "large venue"), (20_000, "large venue"),
    ] as [(Int?, String)])
  func capacity(_ capacity: Int?, _ end: String) throws {
    let text = try #require(Self.venue { $0.capacity = capacity })
    #expect(text == (end == "Blue Nile" ? end : "Blue Nile Characteristics: \(end)"))
  }

  @Test("A venue is outdoors only if that is known")
  func outdoors() {
    #expect(Self.venue { $0.isIndoors = false } == "Blue Nile Characteristics: outdoor venue")
    #expect(Self.venue { $0.isStreaming = false } == "Blue Nile")
  }

  @Test(
    "A genre without a description has a general one, by the first part that its name contains",
    arguments: [
      ("Trad Jazz", "A musical style that originated in New Orleans"),
      ("Jazz Funk", "A musical style that originated in New Orleans"),
      ("Delta BLUES", "A music genre characterized by twelve-bar blues structure"),
      ("Funk", "A rhythmic music genre that originated in New Orleans"), ("R&B", "Rhythm and blues music style"),
      ("Gospel", "Christian music with roots in African American traditions"),
      ("Zydeco", "A Louisiana Creole music genre"), ("Cajun", "Traditional music of the Cajun people of Louisiana"),
      ("Brass Band", "Traditional New Orleans brass band music"),
      ("Second Line", "A New Orleans parade music tradition"), ("Bounce", "A New Orleans hip hop subgenre"),
      ("Brass", "A music genre"), ("Rock", "A music genre"),
    ])
  func genre(_ name: String, _ description: String) {
    #expect(EmbeddedText.genre(name: name) == "Genre: \(name) \(description)")
    #expect(EmbeddedText.genre(name: name, description: "Loud") == "Genre: \(name) Loud")
  }

  @Test("A vector in text form is the same after a conversion, bit for bit")
  func vectors() throws {
    let numbers: [Float] = [0.1, -1e-7, 0.333_333_34, 1, 0, .leastNormalMagnitude]
    let text = EmbeddingVector.text(numbers)
    #expect(try #require(EmbeddingVector.numbers(text)).map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(EmbeddingVector.numbers("0.1,0.2") == nil && EmbeddingVector.numbers("[a]") == nil)
    #expect(EmbeddingVector.isSame(text, as: text) && !EmbeddingVector.isSame(text, as: "[1]"))
    #expect(!EmbeddingVector.isSame("[1,0]", as: "[1,0.02]") && EmbeddingVector.isSame("[1,0]", as: "[1,0.005]"))
    #expect(!EmbeddingVector.isSame("[0,0]", as: "[0,0]"))
  }
}
