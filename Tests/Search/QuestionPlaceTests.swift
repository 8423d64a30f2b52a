import Testing
import Time

@testable import Search

@Suite("Questions: places and names")
struct QuestionPlaceTests {
  @Test(
    "are venues, streets and cities of the database",
    arguments: [
      ("near Frenchmen Street", "near Frenchmen Street", [1, 2]), ("near frenchmen", "near Frenchmen Street", [1, 2]),
      ("near Frenchman St.", "near Frenchmen Street", [1, 2]), ("on Frenchmen Street", "on Frenchmen Street", [1, 2]),
      ("brass on Frenchmen tonight", "on Frenchmen Street", [1, 2]),
      ("at the Spotted Cat", "at The Spotted Cat Music Club", [1]),
      ("at Spottedcat music club", "at The Spotted Cat Music Club", [1]), ("at dba", "at d.b.a.", [2]),
      ("at D.B.A. on Friday", "at d.b.a.", [2]), ("at tipitinas", "at Tipitina's", [3]),
      ("at Tipitina’s", "at Tipitina's", [3]),
      ("at the Maple Leaf on Friday", "at Maple Leaf Bar", [4]), ("at House of Blues", "at House of Blues", [6]),
      ("in Mandeville", "in Mandeville", [7]), ("at cafe istanbul", "at Café Istanbul", [8]),
      ("on St. Claude", "on St. Claude Ave", [8]), ("on Saint Claude Avenue", "on St. Claude Ave", [8]),
      ("close to Tipitina's", "near Tipitina's", [3]), ("around the House of Blues", "near House of Blues", [6]),
      ("brass band Frenchmen Street", "on Frenchmen Street", [1, 2]),
      ("House of Blues on Friday", "at House of Blues", [6]),
    ])
  func places(text: String, description: String, venues: [Int]) throws {
    let place = try #require(try ask(text).place)
    #expect(place.description == description)
    #expect(place.venues == venues)
  }

  @Test("may have rooms, and their article at the end")
  func rooms() throws {
    let names = KnownNames(venues: [
      .init(id: 1, name: "Blue Nile"), .init(id: 2, name: "Blue Nile - Balcony Room"),
      .init(id: 3, name: "Maison, The"),
      .init(id: 4, name: "Maison Dupuy"), .init(id: 5, name: "Bacchanal (OUTDOORS)"), .init(id: 6, name: "30/90"),
      .init(id: 7, name: "21st Amendment"), .init(id: 8, name: "Mid-City Lanes Rock 'n' Bowl"),
    ])
    let parser = QuestionParser(names: names, today: try #require(CalendarDate(wednesday)))
    let places = [
      ("at the Blue Nile", [1, 2]), ("at the Balcony Room of the Blue Nile", [2]), ("funk at The Maison", [3]),
      ("Maison Dupuy on Friday", [4]), ("at Bacchanal", [5]), ("at 30/90 on Friday", [6]),
      ("at the 21st Amendment", [7]),
      ("at Rock n Bowl", [8]),
    ]
    for (text, expected) in places {
      #expect(parser.question(text).place?.venues == expected, "\(text)")
    }
    #expect(parser.question("at the 21st Amendment").days == nil)
  }

  @Test("are looked for in the first hundred words, so that a long question takes no longer")
  func long() throws {
    #expect(try ask(String(repeating: "in a ", count: 48) + "at Tipitina's").place?.venues == [3])
    #expect(try ask(String(repeating: "in a ", count: 60) + "at Tipitina's").place == nil)
  }

  @Test("are those that are named best")
  func several() throws {
    #expect(try ask("something in a leaf at Tipitina's").place?.venues == [3])
    #expect(try ask("quiet in the maple, House of Blues").place?.venues == [6])
    #expect(try ask("songs by Maple").place == nil)
  }

  @Test("have a distance if something is near them")
  func distances() throws {
    #expect(try ask("jazz near Tipitina's").place?.within == 1000)
    #expect(try ask("jazz within 500 m of Tipitina's").place?.within == 500)
    #expect(try ask("within half a mile of Tipitina's").place?.within == 804.5)
    #expect(try ask("within walking distance of Tipitina's").place?.within == 1000)
    #expect(try ask("two blocks from Tipitina's").place?.within == 200)
    #expect(try ask("jazz at Tipitina's").place?.within == nil)
  }

  @Test("without coordinates are their street")
  func withoutCoordinates() throws {
    let place = try #require(try ask("near the Maple Leaf").place)
    #expect(place.venues == [4, 5])
    #expect(place.lacksCoordinates)
  }

  @Test(
    "are none that the database does not have, nor words that many have",
    arguments: [
      "at the club", "in the house", "at a bar", "near the bar", "in Bywater", "in New Orleans", "at the blues jam",
      "on trumpet", "near me", "near", "at", "in love",
    ])
  func none(text: String) throws { #expect(try ask(text).place == nil) }

  @Test("are artists, however they are written")
  func artists() throws {
    #expect(try ask("when does rebirth brass band play").artists.map(\.id) == [1])
    #expect(try ask("Celine and the Sunday Strays").artists.map(\.id) == [5])
    #expect(try ask("I want to see Galactic").artists.map(\.id) == [4])
    #expect(try ask("a galactic feeling for Ann").artists.isEmpty)
    #expect(try ask("a brass band").artists.isEmpty)
    #expect(try ask("\"Brass Band\"").artists.map(\.id) == [6])
  }

  @Test("A band called Saturday Night is one where the words are no day")
  func ambiguous() throws {
    let band = try ask("when does Saturday Night play")
    #expect(band.artists.map(\.id) == [2])
    #expect(band.days == nil)
    #expect(band.hours == nil)
    let day = try ask("brass band on Saturday night")
    #expect(day.artists.isEmpty)
    #expect(day.days?.description == "Saturday, 2026-05-30")
    let both = try ask("Saturday Night at d.b.a. on Friday")
    #expect(both.artists.map(\.id) == [2])
    #expect(both.days?.description == "Friday, 2026-05-29")
    #expect(both.place?.venues == [2])
    let quoted = try ask("songs from \"Saturday Night\"")
    #expect(quoted.artists.map(\.id) == [2])
    #expect(quoted.days == nil)
    #expect(try ask("The Friday Fish").days == nil)
  }

  @Test("that an option names are found alike")
  func options() throws {
    let parser = QuestionParser(names: knownNames, today: try #require(CalendarDate(wednesday)))
    #expect(parser.place("Frenchmen St", within: 300)?.within == 300)
    #expect(parser.place("frenchmen street", within: 300)?.venues == [1, 2])
    #expect(parser.place("Nowhere", within: 300) == nil)
    #expect(parser.genres("brass bands") == ["Brass Band"])
    #expect(parser.genres("polka").isEmpty)
  }

  @Test("A question may have everything at once")
  func all() throws {
    let question = try ask("Any funky brass bands near Frenchmen Street on Saturday night after 9pm, please?")
    #expect(question.days?.description == "Saturday, 2026-05-30")
    #expect(question.hours == Hours(from: 21 * 60, to: 29 * 60, isRequired: true))
    #expect(question.place?.description == "near Frenchmen Street")
    #expect(question.genres == ["Brass Band"])
    #expect(question.meaning == "funky brass bands")
  }
}
